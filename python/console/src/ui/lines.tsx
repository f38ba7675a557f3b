/* Several lines over time, drawn by uPlot in the colours of the theme; gaps stay gaps. */
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { onThemeChange } from "@/lib/theme";

export type Line = { id: string; name: string; values: (number | null)[] };

type LinesProps = {
  /** What each place on the axis is called. */
  stamps: string[];
  lines: Line[];
  label: string;
  exact: (value: number | null) => string;
  short: (value: number) => string;
};

const AXIS_FONT = "11px ui-sans-serif, system-ui, sans-serif";
/** Tokens of the theme, in the order that lines take them. */
const COLOURS = [
  "--accent",
  "--info",
  "--good",
  "--warn",
  "--bad",
  "--muted",
  "--ink-2",
  "--line-strong",
];

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colour(place: number): string {
  return COLOURS[place % COLOURS.length] ?? "--accent";
}

type Hover = { index: number; left: number; right: boolean };

function plan(props: LinesProps, box: HTMLElement, onHover: (hover: Hover | null) => void) {
  const { stamps, lines, short } = props;
  const axis = { stroke: token("--muted"), font: AXIS_FONT, ticks: { show: false } };
  const options: uPlot.Options = {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    padding: [8, 12, 0, 0],
    scales: {
      x: { time: false, range: [-0.5, Math.max(stamps.length, 2) - 0.5] },
      y: { range: (_plot, low, high) => [Math.min(0, low ?? 0), high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 88,
        incrs: [1, 2, 3, 4, 6, 7, 12, 14, 24, 48, 168],
        values: (_plot, splits) => splits.map((split) => stamps[split] ?? ""),
      },
      {
        ...axis,
        size: 64,
        grid: { stroke: token("--line"), width: 1 },
        values: (_plot, splits) => splits.map((split) => short(split)),
      },
    ],
    series: [
      {},
      ...lines.map((_, place) => ({
        stroke: token(colour(place)),
        width: 1.75,
        points: { size: 4, fill: token(colour(place)) },
      })),
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
  return options;
}

export function Lines(props: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [hover, setHover] = useState<Hover | null>(null);
  const { stamps, lines, label, exact } = props;

  // The plot is rebuilt when its data or colours change: it is cheap, and has no state.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      const options = plan({ ...latest.current, stamps, lines }, element, setHover);
      const places = stamps.map((_, index) => index);
      plot = new uPlot(options, [places, ...lines.map(({ values }) => values)], element);
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
  }, [stamps, lines]);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="relative min-h-0 flex-1">
        <div ref={box} role="img" aria-label={label} className="absolute inset-0" />
        {hover ? <Readout hover={hover} stamps={stamps} lines={lines} exact={exact} /> : null}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 px-2 pt-2 text-ink-2 text-xs">
        {lines.map((line, place) => (
          <li key={line.id} className="flex min-w-0 items-center gap-1.5">
            <Swatch place={place} />
            <span className="max-w-48 truncate">{line.name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Swatch({ place }: { place: number }) {
  return (
    <span
      aria-hidden
      className="size-2 shrink-0 rounded-full"
      style={{ background: `var(${colour(place)})` }}
    />
  );
}

type ReadoutProps = Pick<LinesProps, "stamps" | "lines" | "exact"> & { hover: Hover };

function Readout({ hover, stamps, lines, exact }: ReadoutProps) {
  return (
    <div
      className="pointer-events-none absolute top-1 z-10 rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-float"
      style={{
        left: hover.left,
        transform: `translateX(${hover.right ? "calc(-100% - 8px)" : "8px"})`,
      }}
    >
      <div className="whitespace-nowrap text-muted">{stamps[hover.index]}</div>
      {lines.map((line, place) => (
        <div key={line.id} className="flex items-center gap-2 whitespace-nowrap">
          <Swatch place={place} />
          <span className="max-w-40 truncate">{line.name}</span>
          <span className="tabular ml-auto font-semibold">
            {exact(line.values[hover.index] ?? null)}
          </span>
        </div>
      ))}
    </div>
  );
}
