/* English: the page of settings. */

export const settings = {
  faultDecimal: "Enter a number, such as 7.3.",
  faultInt: "Enter a whole number.",
  faultJson: "This is not JSON: check quotes, commas and brackets.",
  lead: "How the gateway behaves. A change holds at once, and the audit log keeps the way back.",
  notSaved: "{{key}} was not saved",
  save: "Save",
  saved: "{{key}} was saved",
  search: "Search all settings",
  secretKept: "Stored values are not shown",
  section: "Section",
  sections: {
    accounts: "Accounts",
    groups: "Groups",
    own: "Gateway",
    payments: "Payments",
    prices: "Prices",
    relay: "Relay",
    signIn: "Sign-in",
    site: "Site",
  },
  title: "Settings",
  undo: "Undo",
} as const;
