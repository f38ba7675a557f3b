/* Bars over time, drawn by uPlot on a canvas in the colours of the theme, with a readout on hover. */
import { useCallback, useRef } from "react";
import uPlot from "uplot";
import { axes, type Build, frame, Readout, token, usePlot } from "@/ui/plot";

type BarsProps = {
  starts: number[];
  values: number[];
  unit: "hour" | "day";
  language: string;
  label: string;
  exact: (value: number) => string;
  short: (value: number) => string;
};

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

function plan(props: BarsProps, ...[box, onHover]: Parameters<Build>) {
  const { starts, values, unit, language, short } = props;
  const bars = uPlot.paths.bars?.({ size: [0.72, 44], radius: [0.2, 0] });
  const { x, ...rest } = frame(starts.length, box, onHover);
  const options = {
    ...rest,
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x, y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    axes: axes(
      { space: 64, incrs: [1, 2, 3, 4, 6, 8, 12, 24] },
      (place) => {
        const start = starts[place];
        return start === undefined ? "" : tick(start, unit, language);
      },
      (value) => short(Math.round(value)),
    ),
    series: [
      {},
      { fill: token("--accent"), points: { show: false }, ...(bars ? { paths: bars } : {}) },
    ],
  } satisfies uPlot.Options;
  const data: uPlot.AlignedData = [starts.map((_, index) => index), values];
  return { options, data };
}

export function Bars(props: BarsProps) {
  const latest = useRef(props);
  latest.current = props;
  const { starts, values, label, unit, language, exact } = props;
  const build = useCallback<Build>(
    (...given) => plan({ ...latest.current, starts, values, unit, language }, ...given),
    [starts, values, unit, language],
  );
  const { box, hover } = usePlot(build);

  const start = hover ? starts[hover.index] : undefined;
  return (
    <div className="absolute inset-x-2 top-3 bottom-2">
      <div ref={box} role="img" aria-label={label} className="h-full" />
      {hover && start !== undefined ? (
        <Readout hover={hover} title={stamp(start, unit, language)}>
          <div className="tabular font-semibold text-sm">{exact(values[hover.index] ?? 0)}</div>
        </Readout>
      ) : null}
    </div>
  );
}
