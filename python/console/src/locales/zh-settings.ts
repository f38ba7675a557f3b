/* 简体中文：设置页面。 */
import type { Catalogue } from "./en";

export const settings: Catalogue["settings"] = {
  faultDecimal: "请输入数字，例如 7.3。",
  faultInt: "请输入整数。",
  faultJson: "不是有效的 JSON：请检查引号、逗号和括号。",
  lead: "网关的行为。修改立即生效，可在审计日志中恢复。",
  notSaved: "{{key}} 未保存",
  save: "保存",
  saved: "{{key}} 已保存",
  search: "搜索所有设置",
  secretKept: "已保存的值不显示",
  section: "分类",
  sections: {
    accounts: "账户",
    groups: "分组",
    own: "网关",
    payments: "支付",
    prices: "价格",
    relay: "转发",
    signIn: "登录",
    site: "站点",
  },
  title: "设置",
  undo: "撤销",
};
