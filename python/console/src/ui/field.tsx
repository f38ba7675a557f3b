/* Form fields: label, control, hint and error, tied together for assistive technology. */
import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";
import { cn } from "@/lib/cn";

/** Classes of every control that takes text. */
export const CONTROL = cn(
  "rounded-md border border-line-strong bg-surface text-base text-ink shadow-card",
  "transition-colors focus-visible:border-accent focus-visible:outline-2 focus-visible:-outline-offset-1",
  "disabled:bg-sunken disabled:text-muted aria-invalid:border-bad",
);

/** What is typed into is 16 px on phones: below that they zoom the page. */
export const TYPED = "max-sm:text-[1rem]";

type FrameProps = {
  id: string;
  label: string;
  hint?: ReactNode;
  error?: string | null;
  optional?: string;
  action?: ReactNode;
  children: ReactNode;
};

/** The frame round one control: label above, hint or error below. */
export function FieldFrame({ id, label, hint, error, optional, action, children }: FrameProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-2">
        <label htmlFor={id} className="font-medium text-ink text-sm">
          {label}
          {optional ? <span className="ml-1.5 font-normal text-muted">{optional}</span> : null}
        </label>
        {action}
      </div>
      {children}
      {error ? (
        <p id={`${id}-note`} role="alert" className="text-bad text-xs">
          {error}
        </p>
      ) : hint ? (
        <p id={`${id}-note`} className="text-muted text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

type Shared = {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  optional?: string;
  action?: ReactNode;
};

function aria(id: string, { hint, error }: Shared) {
  return {
    id,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": error || hint ? `${id}-note` : undefined,
  };
}

function frame(id: string, { label, hint, error, optional, action }: Shared) {
  return {
    id,
    label,
    ...(hint === undefined ? {} : { hint }),
    ...(error === undefined ? {} : { error }),
    ...(optional === undefined ? {} : { optional }),
    ...(action === undefined ? {} : { action }),
  };
}

export function TextField(props: Shared & ComponentProps<"input">) {
  const { label, hint, error, optional, action, className, ...rest } = props;
  const id = useId();
  return (
    <FieldFrame {...frame(id, props)}>
      <input
        {...rest}
        {...aria(id, props)}
        className={cn(CONTROL, TYPED, "h-9 w-full px-3", className)}
      />
    </FieldFrame>
  );
}

export function TextAreaField(props: Shared & ComponentProps<"textarea">) {
  const { label, hint, error, optional, action, className, ...rest } = props;
  const id = useId();
  return (
    <FieldFrame {...frame(id, props)}>
      <textarea
        {...rest}
        {...aria(id, props)}
        className={cn(CONTROL, TYPED, "scroll-thin min-h-20 w-full resize-y px-3 py-2", className)}
      />
    </FieldFrame>
  );
}
