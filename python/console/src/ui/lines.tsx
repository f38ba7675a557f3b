/* Several lines over time, drawn by uPlot in the colours of the theme; gaps stay gaps. */
import { useCallback, useRef } from "react";
import type uPlot from "uplot";
import { axes, type Build, frame, Readout, token, usePlot } from "./plot";

export type Line = { id: string; name: string; values: (number | null)[] };

type LinesProps = {
  /** What each place on the axis is called. */
  stamps: string[];
  lines: Line[];
  label: string;
  exact: (value: number | null) => string;
  short: (value: number) => string;
};

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

function colour(place: number): string {
  return COLOURS[place % COLOURS.length] ?? "--accent";
}

function plan(props: LinesProps, ...[box, onHover]: Parameters<Build>) {
  const { stamps, lines, short } = props;
  const { x, ...rest } = frame(stamps.length, box, onHover);
  const options = {
    ...rest,
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x,
      y: { range: (_plot, low, high) => [Math.min(0, low ?? 0), high > 0 ? high * 1.08 : 1] },
    },
    axes: axes(
      { space: 88, incrs: [1, 2, 3, 4, 6, 7, 12, 14, 24, 48, 168] },
      (place) => stamps[place] ?? "",
      short,
    ),
    series: [
      {},
      ...lines.map((_, place) => ({
        stroke: token(colour(place)),
        width: 1.75,
        points: { size: 4, fill: token(colour(place)) },
      })),
    ],
  } satisfies uPlot.Options;
  const places = stamps.map((_, index) => index);
  const data: uPlot.AlignedData = [places, ...lines.map(({ values }) => values)];
  return { options, data };
}

export function Lines(props: LinesProps) {
  const latest = useRef(props);
  latest.current = props;
  const { stamps, lines, label, exact } = props;
  const build = useCallback<Build>(
    (...given) => plan({ ...latest.current, stamps, lines }, ...given),
    [stamps, lines],
  );
  const { box, hover } = usePlot(build);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="relative min-h-0 flex-1">
        <div ref={box} role="img" aria-label={label} className="absolute inset-0" />
        {hover ? (
          <Readout hover={hover} title={stamps[hover.index]}>
            {lines.map((line, place) => (
              <div key={line.id} className="flex items-center gap-2 whitespace-nowrap">
                <Swatch place={place} />
                <span className="max-w-40 truncate">{line.name}</span>
                <span className="tabular ml-auto font-semibold">
                  {exact(line.values[hover.index] ?? null)}
                </span>
              </div>
            ))}
          </Readout>
        ) : null}
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
