/* How the amount came about: tokens × price, line by line, times the group's ratio. */
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { LogRow } from "@/api/shapes";
import { cn } from "@/lib/cn";
import { formatInteger } from "@/lib/format";
import { breakdown, fractionalMoney } from "./breakdown";
import type { Facts } from "./other";

const MILLION = 1_000_000;
const SOURCES = ["provider", "drained", "estimate"] as const;

export function PriceTable({ row, facts }: { row: LogRow; facts: Facts }) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const lines = breakdown(row, facts, money.unit);
  const source = SOURCES.find((name) => name === facts.usageSource);
  const cell = "px-3 py-1.5";
  return (
    <div className="overflow-x-auto rounded-lg border">
      <table className="w-full text-sm">
        <tbody>
          {lines.map((line) => (
            <tr key={line.label} className="border-b">
              <td className={cell}>{t(`logs.lines.${line.label}`)}</td>
              <td className={cn(cell, "tabular whitespace-nowrap text-right text-ink-2")}>
                {line.label === "call"
                  ? fractionalMoney(line.each, money.unit)
                  : t("logs.tokensAtPrice", {
                      tokens: formatInteger(line.count, i18n.language),
                      price: fractionalMoney(line.each * MILLION, money.unit),
                    })}
              </td>
              <td className={cn(cell, "tabular text-right")}>
                {fractionalMoney(line.quota, money.unit)}
              </td>
            </tr>
          ))}
          <tr className="bg-sunken font-medium">
            <td className={cell}>{t("logs.charged")}</td>
            <td className={cn(cell, "text-right font-normal text-muted text-xs")}>
              {facts.groupRatio === 1 ? null : t("logs.groupRatio", { ratio: facts.groupRatio })}
            </td>
            <td className={cn(cell, "tabular text-right")}>{money.exact(row.quota)}</td>
          </tr>
        </tbody>
      </table>
      {source ? (
        <p className="border-t px-3 py-1.5 text-muted text-xs">{t(`logs.sources.${source}`)}</p>
      ) : null}
    </div>
  );
}
