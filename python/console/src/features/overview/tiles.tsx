/* The figures of a range. */
import { CircleDollarSign, DatabaseZap, Hash, Wallet, Waypoints } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { Overview, Self } from "@/api/shapes";
import { formatCompact, formatInteger } from "@/lib/format";
import { Tile } from "@/ui/card";
import { Skeleton } from "@/ui/states";

type TilesProps = { overview: Overview | undefined; self: Self | undefined };

function shown<T>(source: T | undefined, read: (source: T) => ReactNode): ReactNode {
  return source === undefined ? <Skeleton className="my-1 h-6 w-24" /> : read(source);
}

/** Returns how much of the input came out of the providers' caches; a dash when there was no input. */
function cachedShare({ cached_tokens, prompt_tokens }: Overview): string {
  return prompt_tokens > 0 ? `${Math.round((cached_tokens / prompt_tokens) * 100)} %` : "–";
}

export function Tiles({ overview, self }: TilesProps) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const count = (value: number) => formatInteger(value, i18n.language);
  return (
    <div className="grid grid-cols-2 gap-3 *:last:max-lg:col-span-2 sm:gap-4 lg:grid-cols-3 xl:grid-cols-5">
      <Tile
        icon={<CircleDollarSign aria-hidden className="size-4" />}
        label={t("overview.spend")}
        value={shown(overview, (data) => (
          <span title={money.exact(data.quota)}>{money.short(data.quota)}</span>
        ))}
        note={
          overview && overview.calls > 0
            ? t("overview.perCall", {
                amount: money.short(Math.round(overview.quota / overview.calls)),
              })
            : null
        }
      />
      <Tile
        icon={<Waypoints aria-hidden className="size-4" />}
        label={t("overview.calls")}
        value={shown(overview, (data) => count(data.calls))}
        note={overview ? t("overview.errors", { count: overview.failures }) : null}
      />
      <Tile
        icon={<Hash aria-hidden className="size-4" />}
        label={t("overview.tokens")}
        value={shown(overview, (data) => (
          <span title={count(data.prompt_tokens + data.completion_tokens)}>
            {formatCompact(data.prompt_tokens + data.completion_tokens)}
          </span>
        ))}
        note={
          overview
            ? t("overview.inOut", {
                input: formatCompact(overview.prompt_tokens),
                output: formatCompact(overview.completion_tokens),
              })
            : null
        }
      />
      <Tile
        icon={<DatabaseZap aria-hidden className="size-4" />}
        label={t("overview.cached")}
        value={shown(overview, cachedShare)}
        note={
          overview
            ? t("overview.cachedNote", { tokens: formatCompact(overview.cached_tokens) })
            : null
        }
      />
      <Tile
        icon={<Wallet aria-hidden className="size-4" />}
        label={t("overview.balance")}
        value={shown(self, (data) => (
          <span title={money.exact(data.quota)}>{money.short(data.quota)}</span>
        ))}
        note={self ? t("overview.used", { amount: money.short(self.used_quota) }) : null}
      />
    </div>
  );
}
