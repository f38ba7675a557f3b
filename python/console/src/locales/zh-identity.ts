/* 简体中文：登录、注册与找回密码。 */
import type { Catalogue } from "./en";

export const login: Catalogue["login"] = {
  code: "验证码或备用码",
  expired: "会话已结束，请重新登录。",
  forgot: "忘记密码？",
  lead: "使用密码，或使用已绑定的其他账户。",
  noAccount: "还没有账户？",
  noConsent: "这种登录方式尚未配置好，请告知管理员。",
  passkey: "使用通行密钥登录",
  passkeyDeclined: "设备没有提供通行密钥。请重试，或使用密码登录。",
  password: "密码",
  submit: "登录",
  title: "登录",
  username: "用户名或邮箱",
  with: "使用 {{name}} 继续",
};

export const register: Catalogue["register"] = {
  again: "再次输入密码",
  closed: "此处不开放注册。请向管理员申请账户，然后登录。",
  faultAgain: "两次输入的密码不一致。",
  faultCode: "请输入邮件中的验证码。",
  faultEmail: "请输入邮箱地址。",
  faultName: "请使用 1 到 20 个字符。",
  faultPassword: "请使用 8 到 20 个字符。",
  hasAccount: "已有账户？",
  invited: "你受邀注册，邀请码为 {{code}}。",
  lead: "你自己的账户，拥有自己的密钥和余额。",
  passwordClosed: "不开放密码注册。请使用其他账户继续；如果没有可用的方式，请联系管理员。",
  passwordHint: "8 到 20 个字符。",
  sendAgain: "重新发送",
  submit: "创建账户",
  title: "创建账户",
  username: "用户名",
};

export const reset: Catalogue["reset"] = {
  askAgain: "重新获取链接",
  body: "密码将被替换为新密码，所有已登录的会话都会退出。",
  done: "这是你的新密码，只显示一次：请复制并登录，然后在个人资料中设置自己的密码。",
  forgotLead: "发送到账户邮箱的链接会给你一个新密码。",
  forgotTitle: "忘记密码",
  noLink: "链接不完整。请按邮件中的原样打开，或重新获取链接。",
  noLinkLead: "通过邮件中的链接。",
  password: "新密码",
  send: "发送链接",
  sent: "如果 {{email}} 在此有账户，链接已在路上。十分钟内有效，也请查看垃圾邮件。",
  submit: "获取新密码",
  title: "新密码",
  toLogin: "返回登录",
};
