/* 繁體中文：設定頁面。 */
import type { Catalogue } from "./en";

export const settings: Catalogue["settings"] = {
  faultDecimal: "請輸入數字，例如 7.3。",
  faultInt: "請輸入整數。",
  faultJson: "不是有效的 JSON：請檢查引號、逗號和括號。",
  lead: "閘道的行為。修改立即生效，可在審計日誌中恢復。",
  notSaved: "{{key}} 未儲存",
  save: "儲存",
  saved: "{{key}} 已儲存",
  search: "搜尋所有設定",
  secretKept: "已儲存的值不顯示",
  section: "分類",
  sections: {
    accounts: "帳戶",
    groups: "分組",
    own: "閘道",
    payments: "支付",
    prices: "價格",
    relay: "轉發",
    signIn: "登入",
    site: "站點",
  },
  title: "設定",
  undo: "撤銷",
};
