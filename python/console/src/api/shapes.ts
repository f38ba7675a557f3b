/*
 * Short names for the generated shapes that the pages use. Units: quota in integers, times in Unix
 * seconds, durations in milliseconds where a name says so.
 */
import type { components as family } from "./generated/newapi";
import type { components as own } from "./generated/weirgate";

type Family = family["schemas"];
type Own = own["schemas"];

export type SetupInput = Family["SetupIn"];
export type Login = Family["LoginOut"];
export type Self = Family["SelfOut"];

export type Overview = Own["OverviewOut"];
export type OverviewHour = Own["HourOut"];
export type TopModel = Own["ModelOut"];

export type Key = Family["KeyOut"];
export type KeyInput = Family["KeyCreate"] & { name: string };
export type KeyChange = Family["KeyUpdate"];

export type Channel = Family["ChannelOut"];
export type ChannelInput = Family["ChannelFields"] & { name: string; model_mapping: string };
export type ChannelChange = Family["ChannelUpdate"];
export type AddMode = "single" | "batch" | "multi_to_single";

export type LogRow = Family["LogOut"];

export type TestResult = Family["TestOut"];

export type AnalyticsQuestion = Own["QueryIn"];
export type AnalyticsAnswer = Own["QueryOut"];
export type AnalyticsRow = Own["RowOut"];
export type AnalyticsCatalogue = Own["CatalogueOut"];
export type AnalyticsView = Own["ViewOut"];
export type ExportFormat = NonNullable<Own["ExportIn"]["format"]>;
export type SqlAnswer = Own["SqlOut"];
export type SqlTable = Own["SqlTableOut"];

export type User = Family["UserOut"];
export type UserInput = Family["UserCreate"];
export type UserChange = Family["UserUpdate"];
export type Grant = Own["GrantOut"];
export type SelfChange = Family["SelfUpdate"];
export type NotificationInput = Family["SettingIn"];
export type FactorOffer = Family["FactorSetup"];
export type TopUpInfo = Family["TopUpInfo"];
export type Order = Family["OrderOut"];
export type Redemption = Family["RedemptionOut"];
export type RedemptionInput = Family["RedemptionCreate"];
export type RedemptionChange = Family["RedemptionUpdate"];
export type Job = Own["JobOut"];
export type Edit = Own["EditOut"];
export type EditChange = Own["ChangeOut"];
export type LedgerReport = Own["LedgerReport"];
export type Node = Own["NodeOut"];
export type ModelNote = Family["ModelOut"];
export type ModelNoteInput = Family["ModelIn"];
export type Vendor = Family["VendorOut"];
export type VendorInput = Family["VendorIn"];
export type Task = Family["TaskOut"];
export type Drawing = Family["DrawingOut"];
