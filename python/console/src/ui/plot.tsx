/* What charts drawn by uPlot share: the theme's colours, frame and axes, the readout, and the life of a plot. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { onThemeChange } from "@/lib/theme";

export type Hover = { index: number; left: number; right: boolean };
type OnHover = (hover: Hover | null) => void;
/** Makes a plot's options and data for a box. */
export type Build = (
  box: HTMLElement,
  onHover: OnHover,
) => { options: uPlot.Options; data: uPlot.AlignedData };

const AXIS_FONT = "11px ui-sans-serif, system-ui, sans-serif";

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** What every chart of so many places on its axis has. */
export function frame(places: number, box: HTMLElement, onHover: OnHover) {
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    padding: [8, 12, 0, 0] as uPlot.Padding,
    x: { time: false, range: [-0.5, Math.max(places, 2) - 0.5] } as uPlot.Scale,
    hooks: {
      setCursor: [
        (plot: uPlot) => {
          const index = plot.cursor.idx;
          if (index === null || index === undefined) return onHover(null);
          const left = plot.valToPos(index, "x") + plot.bbox.left / devicePixelRatio;
          onHover({ index, left, right: left > box.clientWidth / 2 });
        },
      ],
    },
  };
}

/** The two axes: names of places below, values at the side. */
export function axes(
  places: Pick<uPlot.Axis, "space" | "incrs">,
  name: (place: number) => string,
  value: (value: number) => string,
): uPlot.Axis[] {
  const axis = { stroke: token("--muted"), font: AXIS_FONT, ticks: { show: false } };
  return [
    {
      ...axis,
      ...places,
      grid: { show: false },
      values: (_plot, splits) => splits.map((split) => name(split)),
    },
    {
      ...axis,
      size: 64,
      grid: { stroke: token("--line"), width: 1 },
      values: (_plot, splits) => splits.map((split) => value(split)),
    },
  ];
}

/** Draws a plot into `box`; it is built anew when `build` or the theme changes: that is cheap, and it has no state. */
export function usePlot(build: Build) {
  const box = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      const { options, data } = build(element, setHover);
      plot = new uPlot(options, data, element);
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
  }, [build]);
  return { box, hover };
}

/** What the place under the pointer says. */
export function Readout({ hover, title, children }: ReadoutProps) {
  return (
    <div
      className="pointer-events-none absolute top-1 z-10 rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-float"
      style={{
        left: hover.left,
        transform: `translateX(${hover.right ? "calc(-100% - 8px)" : "8px"})`,
      }}
    >
      <div className="whitespace-nowrap text-muted">{title}</div>
      {children}
    </div>
  );
}

type ReadoutProps = { hover: Hover; title: string | undefined; children: ReactNode };
