/* 繁體中文：登入、註冊與找回密碼。 */
import type { Catalogue } from "./en";

export const login: Catalogue["login"] = {
  code: "驗證碼或備用碼",
  expired: "會話已結束，請重新登入。",
  forgot: "忘記密碼？",
  lead: "使用密碼，或使用已連結的其他帳戶。",
  noAccount: "還沒有帳戶？",
  noConsent: "這種登入方式尚未設定好，請告知管理員。",
  passkey: "使用通行金鑰登入",
  passkeyDeclined: "裝置沒有提供通行金鑰。請重試，或使用密碼登入。",
  password: "密碼",
  submit: "登入",
  title: "登入",
  username: "使用者名稱或電子信箱",
  with: "使用 {{name}} 繼續",
};

export const register: Catalogue["register"] = {
  again: "再次輸入密碼",
  closed: "此處不開放註冊。請向管理員申請帳戶，然後登入。",
  faultAgain: "兩次輸入的密碼不一致。",
  faultCode: "請輸入郵件中的驗證碼。",
  faultEmail: "請輸入電子信箱。",
  faultName: "請使用 1 到 20 個字元。",
  faultPassword: "請使用 8 到 20 個字元。",
  hasAccount: "已有帳戶？",
  invited: "你受邀註冊，邀請碼為 {{code}}。",
  lead: "你自己的帳戶，擁有自己的金鑰和餘額。",
  passwordClosed: "不開放密碼註冊。請使用其他帳戶繼續；如果沒有可用的方式，請聯絡管理員。",
  passwordHint: "8 到 20 個字元。",
  sendAgain: "重新傳送",
  submit: "建立帳戶",
  title: "建立帳戶",
  username: "使用者名稱",
};

export const reset: Catalogue["reset"] = {
  askAgain: "重新取得連結",
  body: "密碼將被換成新密碼，所有已登入的會話都會登出。",
  done: "這是你的新密碼，只顯示一次：請複製並登入，然後在個人資料中設定自己的密碼。",
  forgotLead: "傳送到帳戶信箱的連結會給你一個新密碼。",
  forgotTitle: "忘記密碼",
  noLink: "連結不完整。請按郵件中的原樣開啟，或重新取得連結。",
  noLinkLead: "透過郵件中的連結。",
  password: "新密碼",
  send: "傳送連結",
  sent: "如果 {{email}} 在此有帳戶，連結已在路上。十分鐘內有效，也請查看垃圾郵件。",
  submit: "取得新密碼",
  title: "新密碼",
  toLogin: "返回登入",
};
