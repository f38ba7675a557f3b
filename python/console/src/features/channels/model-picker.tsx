/* Choosing among the models that an upstream offers. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CONTROL } from "@/ui/field";

type ModelPickerProps = {
  /** What the upstream has; null = closed. */
  offered: string[] | null;
  chosen: string[];
  onClose: () => void;
  onChoose: (models: string[]) => void;
};

export function ModelPicker({ offered, chosen, onClose, onChoose }: ModelPickerProps) {
  const { t } = useTranslation();
  const [picked, setPicked] = useState<Set<string> | null>(null);
  const current = picked ?? new Set(chosen);
  const finish = (act: () => void) => {
    act();
    setPicked(null);
  };
  return (
    <Dialog
      wide
      open={offered !== null}
      onClose={() => finish(onClose)}
      title={t("channels.pickTitle", { count: offered?.length ?? 0 })}
      footer={
        <>
          <Button onClick={() => finish(onClose)}>{t("common.cancel")}</Button>
          <Button look="primary" onClick={() => finish(() => onChoose([...current]))}>
            {t("channels.pickDone", { count: current.size })}
          </Button>
        </>
      }
    >
      <PickerBody offered={offered ?? []} picked={current} onPick={setPicked} />
    </Dialog>
  );
}

type BodyProps = {
  offered: string[];
  picked: Set<string>;
  onPick: (picked: Set<string>) => void;
};

function PickerBody({ offered, picked, onPick }: BodyProps) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState("");
  const shown = offered.filter((name) => name.toLowerCase().includes(filter.toLowerCase()));
  const all = shown.length > 0 && shown.every((name) => picked.has(name));
  const set = (names: string[], on: boolean) => {
    const next = new Set(picked);
    for (const name of names) {
      if (on) next.add(name);
      else next.delete(name);
    }
    onPick(next);
  };
  return (
    <div className="flex flex-col gap-2">
      <div className="sticky top-0 flex items-center gap-2 bg-surface pb-1">
        <input
          type="search"
          aria-label={t("channels.pickSearch")}
          placeholder={t("channels.pickSearch")}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          className={`${CONTROL} h-8 w-full px-2.5`}
        />
        <Button small onClick={() => set(shown, !all)}>
          {all ? t("channels.pickNone") : t("channels.pickAll")}
        </Button>
      </div>
      {shown.length === 0 ? (
        <p className="py-8 text-center text-muted text-sm">{t("states.noMatch")}</p>
      ) : null}
      <ul className="grid gap-x-4 sm:grid-cols-2">
        {shown.map((name) => (
          <li key={name}>
            <label className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover">
              <input
                type="checkbox"
                className="size-4 shrink-0 accent-accent"
                checked={picked.has(name)}
                onChange={(event) => set([name], event.target.checked)}
              />
              <span className="min-w-0 break-all font-mono text-xs">{name}</span>
            </label>
          </li>
        ))}
      </ul>
    </div>
  );
}
