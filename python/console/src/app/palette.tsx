/*
 * The command palette: every page and action that the caller may use, and where to look for what
 * was typed. Ctrl+K opens it; arrows choose, Enter goes.
 */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog as Base } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { ArrowRight, type LucideIcon, Plus, Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isAdmin } from "@/api/session";
import { cn } from "@/lib/cn";
import { OPTION } from "@/ui/select";
import { ownPages } from "./pages";

type Command = { value: string; label: string; icon: LucideIcon; run: () => void };
type PaletteProps = { open: boolean; onClose: () => void };

export function Palette({ open, onClose }: PaletteProps) {
  const { t } = useTranslation();
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-50 bg-overlay" />
        <Base.Popup
          aria-label={t("palette.title")}
          className="fixed top-[12dvh] left-1/2 z-50 flex max-h-[70dvh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-surface shadow-float outline-none"
        >
          <Commands onClose={onClose} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Commands({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const commands = useCommands(typed.trim());
  const word = typed.trim().toLowerCase();
  const found = commands.filter(
    ({ label, value }) => value.startsWith("find:") || label.toLowerCase().includes(word),
  );
  const run = (command: Command) => {
    onClose();
    command.run();
  };
  return (
    <Autocomplete.Root
      inline
      open
      mode="none"
      autoHighlight="always"
      items={found}
      itemToStringValue={(command: Command) => command.label}
      value={typed}
      onValueChange={(next, details) => {
        if (details.reason !== "item-press") setTyped(next);
      }}
    >
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search aria-hidden className="size-4.5 shrink-0 text-muted" />
        <Autocomplete.Input
          aria-label={t("palette.title")}
          placeholder={t("palette.placeholder")}
          className="h-12 w-full bg-transparent text-base outline-none max-sm:text-[1rem]"
        />
      </div>
      <Autocomplete.Empty>
        <p className="px-4 py-8 text-center text-muted text-sm empty:hidden">
          {t("states.noMatch")}
        </p>
      </Autocomplete.Empty>
      <Autocomplete.List className="scroll-thin min-h-0 flex-1 overflow-y-auto p-1.5 data-empty:p-0">
        {(command: Command) => (
          <Autocomplete.Item
            key={command.value}
            value={command}
            onClick={() => run(command)}
            className={cn(OPTION, "min-h-9 justify-start")}
          >
            <command.icon aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="truncate">{command.label}</span>
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function useCommands(typed: string): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const pages = ownPages().map((page) => ({
    value: page.to,
    label: t(page.label),
    icon: page.icon,
    run: () => void navigate({ to: page.to }),
  }));
  const own = [
    {
      value: "new:key",
      label: t("keys.create"),
      icon: Plus,
      run: () => void navigate({ to: "/keys", search: { new: true } }),
    },
  ];
  return [...pages, ...own, ...useAdminCommands(), ...useFinders(typed)];
}

function useAdminCommands(): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (!isAdmin()) return [];
  return [
    {
      value: "new:channel",
      label: t("channels.add"),
      icon: Plus,
      run: () => void navigate({ to: "/channels", search: { new: true } }),
    },
    {
      value: "new:user",
      label: t("users.add"),
      icon: Plus,
      run: () => void navigate({ to: "/users", search: { new: true } }),
    },
  ];
}

/** What was typed as a name or number to look for: in keys and logs, for administrators in more. */
function useFinders(typed: string): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (typed === "") return [];
  const find = (value: string, label: string, run: () => void) => ({
    value: `find:${value}`,
    label,
    icon: ArrowRight,
    run,
  });
  const keys = find(
    "keys",
    t("palette.findKey", { text: typed }),
    () => void navigate({ to: "/keys", search: { q: typed } }),
  );
  const logs = find(
    "logs",
    t("palette.findModel", { text: typed }),
    () => void navigate({ to: "/logs", search: { model: typed, range: "7d" } }),
  );
  if (!isAdmin()) return [keys, logs];
  const users = find(
    "users",
    t("palette.findUser", { text: typed }),
    () => void navigate({ to: "/users", search: { q: typed } }),
  );
  const channels = find(
    "channels",
    t("palette.findChannel", { text: typed }),
    () => void navigate({ to: "/channels", search: { q: typed } }),
  );
  return [users, channels, keys, logs];
}
