/* English: logging in, registering, and a forgotten password. */

export const login = {
  code: "Code or backup code",
  expired: "Your session has ended. Log in to go on.",
  forgot: "Forgot the password?",
  lead: "With your password, or with another account that you linked.",
  noAccount: "No account yet?",
  noConsent: "This way of logging in is not set up. Tell the administrator.",
  passkey: "Log in with a passkey",
  passkeyDeclined: "The device gave no passkey. Try again, or log in by password.",
  password: "Password",
  submit: "Log in",
  title: "Log in",
  username: "Name or e-mail",
  with: "Continue with {{name}}",
} as const;

export const register = {
  again: "Repeat the password",
  closed: "Registration is closed here. Ask the administrator for an account, then log in with it.",
  faultAgain: "The two passwords differ.",
  faultCode: "Enter the code from the e-mail.",
  faultEmail: "Enter an e-mail address.",
  faultName: "Use 1 to 20 characters.",
  faultPassword: "Use 8 to 20 characters.",
  hasAccount: "You have an account?",
  invited: "You were invited with the code {{code}}.",
  lead: "An account of your own, with its own keys and balance.",
  passwordClosed:
    "Registration by password is closed. Continue with another account; where none is offered, ask the administrator.",
  passwordHint: "8 to 20 characters.",
  sendAgain: "Send again",
  submit: "Create an account",
  title: "Create an account",
  username: "Name",
} as const;

export const reset = {
  askAgain: "Ask for another link",
  body: "Your password is replaced by a new one, and everything that is logged in is logged out.",
  done: "This is your new password. It is shown once: copy it, log in with it, then choose your own in the profile.",
  forgotLead: "A link to the address of your account gives you a new one.",
  forgotTitle: "Forgot the password",
  noLink: "This link is not whole. Open it as it stands in the e-mail, or ask for another one.",
  noLinkLead: "By the link from the e-mail.",
  password: "New password",
  send: "Send the link",
  sent: "If {{email}} has an account here, a link is on its way. It is good for ten minutes; look in the spam folder too.",
  submit: "Get a new password",
  title: "New password",
  toLogin: "Back to the login",
} as const;
