/* Bars over time, drawn by uPlot on a canvas in the colours of the theme, with a readout on hover. */
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { onThemeChange } from "@/lib/theme";

type BarsProps = {
  starts: number[];
  values: number[];
  unit: "hour" | "day";
  language: string;
  label: string;
  exact: (value: number) => string;
  short: (value: number) => string;
};

type Hover = { index: number; left: number; right: boolean };

const AXIS_FONT = "11px ui-sans-serif, system-ui, sans-serif";

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function stamp(unix: number, unit: "hour" | "day", language: string): string {
  const day = { month: "short", day: "numeric" } as const;
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const shape = unit === "day" ? day : { ...day, ...clock };
  return new Intl.DateTimeFormat(language, shape).format(unix * 1000);
}

function tick(unix: number, unit: "hour" | "day", language: string): string {
  const date = new Date(unix * 1000);
  if (unit === "day" || date.getHours() === 0) return stamp(unix, "day", language);
  return `${String(date.getHours()).padStart(2, "0")}:00`;
}

function options(props: BarsProps, box: HTMLElement, onHover: (hover: Hover | null) => void) {
  const { starts, unit, language, short } = props;
  const axis = { stroke: token("--muted"), font: AXIS_FONT, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.72, 44], radius: [0.2, 0] });
  const plan: uPlot.Options = {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    padding: [8, 12, 0, 0],
    scales: {
      x: { time: false, range: [-0.5, Math.max(starts.length, 2) - 0.5] },
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        incrs: [1, 2, 3, 4, 6, 8, 12, 24],
        values: (_plot, splits) =>
          splits.map((split) => {
            const start = starts[split];
            return start === undefined ? "" : tick(start, unit, language);
          }),
      },
      {
        ...axis,
        size: 64,
        grid: { stroke: token("--line"), width: 1 },
        values: (_plot, splits) => splits.map((split) => short(Math.round(split))),
      },
    ],
    series: [
      {},
      { fill: token("--accent"), points: { show: false }, ...(bars ? { paths: bars } : {}) },
    ],
    hooks: {
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx;
          if (index === null || index === undefined) return onHover(null);
          const left = plot.valToPos(index, "x") + plot.bbox.left / devicePixelRatio;
          onHover({ index, left, right: left > box.clientWidth / 2 });
        },
      ],
    },
  };
  return plan;
}

export function Bars(props: BarsProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [hover, setHover] = useState<Hover | null>(null);
  const { starts, values, label, unit, language, exact } = props;

  // The plot is rebuilt when its data, texts or colours change: it is cheap, and has no state.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      const plan = options({ ...latest.current, starts, language, unit }, element, setHover);
      plot = new uPlot(plan, [starts.map((_, index) => index), values], element);
    };
    draw();
    const resize = new ResizeObserver(() =>
      plot?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resize.observe(element);
    const stopTheme = onThemeChange(draw);
    return () => {
      resize.disconnect();
      stopTheme();
      plot?.destroy();
      setHover(null);
    };
  }, [starts, values, unit, language]);

  const start = hover ? starts[hover.index] : undefined;
  return (
    <div className="absolute inset-x-2 top-3 bottom-2">
      <div ref={box} role="img" aria-label={label} className="h-full" />
      {hover && start !== undefined ? (
        <div
          className="pointer-events-none absolute top-1 z-10 rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-float"
          style={{
            left: hover.left,
            transform: `translateX(${hover.right ? "calc(-100% - 8px)" : "8px"})`,
          }}
        >
          <div className="whitespace-nowrap text-muted">{stamp(start, unit, language)}</div>
          <div className="tabular font-semibold text-sm">{exact(values[hover.index] ?? 0)}</div>
        </div>
      ) : null}
    </div>
  );
}
