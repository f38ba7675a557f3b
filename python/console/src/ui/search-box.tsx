/* A text filter that acts after a short pause, on Enter at once. */
import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { cn } from "@/lib/cn";
import { CONTROL, TYPED } from "./field";

const PAUSE_MS = 300;

type SearchBoxProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
  icon?: boolean;
};

export function SearchBox({ label, value, onChange, className, icon = true }: SearchBoxProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the pause; onChange is new at every render
  useEffect(() => {
    if (draft === value) return;
    const timer = setTimeout(() => onChange(draft.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <div className={cn("relative", className ?? "w-64")}>
      {icon ? (
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
        />
      ) : null}
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && onChange(draft.trim())}
        className={cn(CONTROL, TYPED, "h-8 w-full text-sm", icon ? "pr-2 pl-8" : "px-2.5")}
      />
    </div>
  );
}
