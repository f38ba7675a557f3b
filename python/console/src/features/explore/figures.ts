/* Numbers of a metric as people read them; what has no data is a dash, never 0. */
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import { formatCompact, formatDuration, formatInteger } from "@/lib/format";

export const NO_DATA = "–";

export type Figures = {
  exact: (unit: string, value: number | null | undefined) => string;
  short: (unit: string, value: number) => string;
};

/** Returns how to show numbers of a unit. */
export function useFigures(): Figures {
  const { i18n } = useTranslation();
  const money = useMoney();
  const short = (unit: string, value: number): string => {
    if (unit === "money") return money.short(value);
    if (unit === "share") return `${Number((value * 100).toFixed(1))} %`;
    if (unit === "milliseconds") return formatDuration(value);
    if (unit === "rate") return Number(value.toFixed(1)).toString();
    return formatCompact(value);
  };
  const exact = (unit: string, value: number | null | undefined): string => {
    if (value === null || value === undefined) return NO_DATA;
    if (unit === "money") return money.exact(value);
    return unit === "count" || unit === "tokens"
      ? formatInteger(value, i18n.language)
      : short(unit, value);
  };
  return { exact, short };
}
