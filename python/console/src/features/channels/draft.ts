/* A channel as typed into the form ↔ as the server takes it. Pure. */
import type { AddMode, Channel, ChannelInput } from "@/api/shapes";
import { splitList } from "@/lib/format";
import { channelType } from "./types";

export type Pair = { id: number; from: string; to: string };

export type ChannelDraft = {
  name: string;
  type: number;
  baseUrl: string;
  keys: string;
  mode: AddMode;
  models: string[];
  groups: string[];
  priority: string;
  weight: string;
  mapping: Pair[];
  testModel: string;
  autoBan: boolean;
};

export type ChannelFault =
  | "channels.faultName"
  | "channels.faultKey"
  | "channels.faultUrl"
  | "channels.faultUrlNeeded"
  | "channels.faultModels"
  | "channels.faultGroups"
  | "channels.faultNumber"
  | "channels.faultMapping";
type FaultField =
  | "name"
  | "keys"
  | "baseUrl"
  | "models"
  | "groups"
  | "priority"
  | "weight"
  | "mapping";
export type ChannelFaults = { [Field in FaultField]?: ChannelFault };

export const EMPTY_DRAFT: ChannelDraft = {
  name: "",
  type: 1,
  baseUrl: "",
  keys: "",
  mode: "single",
  models: [],
  groups: ["default"],
  priority: "0",
  weight: "0",
  mapping: [],
  testModel: "",
  autoBan: true,
};

/** Reads the mapping's JSON text into rows; what is not an object of texts gives none. */
export function mappingRows(text: string | null): Pair[] {
  try {
    const parsed: unknown = JSON.parse(text || "{}");
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return [];
    return Object.entries(parsed).map(([from, to], id) => ({ id, from, to: String(to) }));
  } catch {
    return [];
  }
}

/** Returns the form's state for a channel that exists; its key is never shown. */
export function draftOf(channel: Channel): ChannelDraft {
  return {
    name: channel.name,
    type: channel.type,
    baseUrl: channel.base_url ?? "",
    keys: "",
    mode: "single",
    models: splitList(channel.models),
    groups: splitList(channel.group),
    priority: String(channel.priority ?? 0),
    weight: String(channel.weight ?? 0),
    mapping: mappingRows(channel.model_mapping),
    testModel: channel.test_model ?? "",
    autoBan: channel.auto_ban !== 0,
  };
}

/** Returns the non-empty lines of the key field. */
export function keyLines(keys: string): string[] {
  return keys
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function urlFault({ baseUrl, type }: ChannelDraft): ChannelFault | null {
  const text = baseUrl.trim();
  if (text === "") return channelType(type).baseUrl === "" ? "channels.faultUrlNeeded" : null;
  return URL.canParse(text) && /^https?:\/\//.test(text) ? null : "channels.faultUrl";
}

function isInteger(text: string, lowest: number): boolean {
  const value = Number(text);
  return text.trim() !== "" && Number.isSafeInteger(value) && value >= lowest;
}

/** Returns what is wrong with each field; an empty object when nothing is. */
export function channelFaults(draft: ChannelDraft, isNew: boolean): ChannelFaults {
  const faults: ChannelFaults = {};
  if (draft.name.trim() === "") faults.name = "channels.faultName";
  if (isNew && keyLines(draft.keys).length === 0) faults.keys = "channels.faultKey";
  const url = urlFault(draft);
  if (url) faults.baseUrl = url;
  if (draft.models.length === 0) faults.models = "channels.faultModels";
  if (draft.groups.length === 0) faults.groups = "channels.faultGroups";
  if (!isInteger(draft.priority, Number.MIN_SAFE_INTEGER)) faults.priority = "channels.faultNumber";
  if (!isInteger(draft.weight, 0)) faults.weight = "channels.faultNumber";
  const halves = draft.mapping.filter(
    ({ from, to }) => (from.trim() === "") !== (to.trim() === ""),
  );
  if (halves.length > 0) faults.mapping = "channels.faultMapping";
  return faults;
}

function mappingText(pairs: Pair[]): string {
  const full = pairs.filter(({ from, to }) => from.trim() !== "" && to.trim() !== "");
  if (full.length === 0) return "";
  return JSON.stringify(Object.fromEntries(full.map(({ from, to }) => [from.trim(), to.trim()])));
}

/** Returns what the server takes; an empty key keeps the one it has. */
export function channelInput(draft: ChannelDraft): ChannelInput {
  return {
    name: draft.name.trim(),
    type: draft.type,
    key: keyLines(draft.keys).join("\n"),
    base_url: draft.baseUrl.trim().replace(/\/+$/, ""),
    models: draft.models.join(","),
    group: draft.groups.join(","),
    priority: Number(draft.priority),
    weight: Number(draft.weight),
    model_mapping: mappingText(draft.mapping),
    auto_ban: draft.autoBan ? 1 : 0,
    test_model: draft.testModel.trim(),
  };
}
