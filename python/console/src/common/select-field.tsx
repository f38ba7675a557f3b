/* A choice with a visible label. */
import { type ReactNode, useId } from "react";
import { FieldFrame } from "@/ui/field";
import { type Option, Select } from "@/ui/select";

type SelectFieldProps<T extends string> = {
  label: string;
  hint?: ReactNode;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
};

export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, hint, value, options, onChange } = props;
  const id = useId();
  return (
    <FieldFrame id={id} label={label} {...(hint === undefined ? {} : { hint })}>
      <Select id={id} label={label} value={value} options={options} onChange={onChange} />
    </FieldFrame>
  );
}
