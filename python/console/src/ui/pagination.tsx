/* Paging under a list: where we are, how many there are, back and forth, page size. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { formatInteger } from "@/lib/format";
import { IconButton } from "./button";
import { Select } from "./select";

const SIZES = ["10", "20", "50", "100"].map((value) => ({ value, label: value }));

type PaginationProps = {
  page: number;
  size: number;
  total: number;
  onChange: (next: { p: number; size: number }) => void;
};

export function Pagination({ page, size, total, onChange }: PaginationProps) {
  const { t, i18n } = useTranslation();
  const pages = Math.max(1, Math.ceil(total / size));
  const first = total === 0 ? 0 : (page - 1) * size + 1;
  const count = (value: number) => formatInteger(value, i18n.language);
  return (
    <nav
      aria-label={t("paging.label")}
      className="flex flex-wrap items-center justify-between gap-3 border-t px-4 py-2 text-muted text-sm"
    >
      <span className="tabular">
        {t("paging.shown", {
          first: count(first),
          last: count(Math.min(page * size, total)),
          total: count(total),
        })}
      </span>
      <div className="flex items-center gap-2">
        <Select
          small
          label={t("paging.size")}
          className="w-18"
          value={String(size)}
          options={SIZES}
          onChange={(value) => onChange({ p: 1, size: Number(value) })}
        />
        <IconButton
          label={t("paging.previous")}
          disabled={page <= 1}
          onClick={() => onChange({ p: page - 1, size })}
        >
          <ChevronLeft aria-hidden className="size-4" />
        </IconButton>
        <span className="tabular">
          {t("paging.page", { page: count(page), pages: count(pages) })}
        </span>
        <IconButton
          label={t("paging.next")}
          disabled={page >= pages}
          onClick={() => onChange({ p: page + 1, size })}
        >
          <ChevronRight aria-hidden className="size-4" />
        </IconButton>
      </div>
    </nav>
  );
}
