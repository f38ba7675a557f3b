// @vitest-environment jsdom
import { fireEvent, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { draw } from "@/test/render";
import { type Column, DataTable } from "./data-table";
import { Switch } from "./switch";

type Row = { name: string };

const COLUMNS: Column<Row>[] = [
  { id: "name", header: "Name", cell: ({ row }) => row.original.name },
  {
    id: "actions",
    header: "Actions",
    cell: () => <Switch label="on" checked onChange={() => undefined} />,
  },
];

function table(more: Partial<Parameters<typeof DataTable<Row>>[0]>) {
  return draw(
    <DataTable<Row>
      label="Things"
      columns={COLUMNS}
      rows={[{ name: "first" }, { name: "second" }]}
      rowId={(row) => row.name}
      empty={<p>nothing here</p>}
      {...more}
    />,
  );
}

it("says that it is loading before there are rows", () => {
  table({ rows: undefined });
  expect(screen.getByRole("table").closest("[aria-busy=true]")).not.toBeNull();
});

it("shows the empty look instead of a table without rows", () => {
  table({ rows: [] });
  expect(screen.getByText("nothing here")).toBeDefined();
  expect(screen.queryByRole("table")).toBeNull();
});

it("shows what failed and offers to try again", () => {
  const again = vi.fn();
  table({ rows: undefined, error: "the server is down", onRetry: again });
  expect(screen.getByRole("alert").textContent).toContain("the server is down");
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(again).toHaveBeenCalledOnce();
});

it("keeps the rows it has when a refresh fails", () => {
  table({ error: "the server is down" });
  expect(screen.getByText("first")).toBeDefined();
});

it("opens a row by click and by Enter, not by the controls inside it", () => {
  const open = vi.fn();
  table({ onOpen: open });
  fireEvent.click(screen.getByText("first"));
  fireEvent.keyDown(screen.getByRole("row", { name: /second/ }), { key: "Enter" });
  expect(open.mock.calls).toEqual([[{ name: "first" }], [{ name: "second" }]]);
  for (const control of screen.getAllByRole("switch")) fireEvent.click(control);
  expect(open).toHaveBeenCalledTimes(2);
});
