// @vitest-environment jsdom
import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, it } from "vitest";
import { draw } from "@/test/render";
import { ListField } from "./list-field";

function Field({ start }: { start: string[] }) {
  const [values, setValues] = useState(start);
  return (
    <>
      <ListField label="Models" placeholder="" values={values} onChange={setValues} />
      <output>{values.join("|")}</output>
    </>
  );
}

const input = () => screen.getByLabelText("Models");
const values = () => screen.getByRole("status").textContent;

function type(text: string, key: string) {
  fireEvent.change(input(), { target: { value: text } });
  fireEvent.keyDown(input(), { key });
}

it("adds on Enter and on comma, each name once", () => {
  draw(<Field start={[]} />);
  type("gpt-4o", "Enter");
  type("o4-mini", ",");
  type("gpt-4o", "Enter");
  expect(values()).toBe("gpt-4o|o4-mini");
});

it("takes a pasted list apart", () => {
  draw(<Field start={["a"]} />);
  const clipboardData = { getData: () => "b, c\nd,,a" };
  fireEvent.paste(input(), { clipboardData });
  expect(values()).toBe("a|b|c|d");
});

it("keeps what was typed when the field is left", () => {
  draw(<Field start={[]} />);
  fireEvent.change(input(), { target: { value: "gpt-4o" } });
  fireEvent.blur(input());
  expect(values()).toBe("gpt-4o");
});

it("removes by button, and the last one by Backspace", () => {
  draw(<Field start={["a", "b", "c"]} />);
  fireEvent.click(screen.getByRole("button", { name: "Remove a" }));
  fireEvent.keyDown(input(), { key: "Backspace" });
  expect(values()).toBe("b");
});

it("does not take the Enter that ends an input method's word", () => {
  draw(<Field start={[]} />);
  fireEvent.change(input(), { target: { value: "通义" } });
  fireEvent.keyDown(input(), { key: "Enter", isComposing: true });
  expect(values()).toBe("");
});
