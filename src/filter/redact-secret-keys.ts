/**
 * Keys that usually have secrets, for `redact({ keys: secretKeys })` or `redact({ keys: [...secretKeys, "salary"] })`:
 * passwords, tokens, keys, cookies, sessions, and the numbers of cards and accounts, after what the OWASP Logging Cheat
 * Sheet wants left out. It knows English names only, and none of your own: look at what you log. It may grow in a minor
 * version.
 */
export const secretKeys: readonly (string | RegExp)[] = Object.freeze([
  // Wherever they are in a name: `userPassword`, `password_hash`, `client-secret`.
  /passw(?:or)?d|pass[-_ ]?(?:phrase|code)|secret|credential/i,
  // At its end only: `tokens` and `keyCount` are numbers.
  /token$/i,
  /(?:api|access|account|auth|encryption|master|private|service|shared|signing|ssh)[-_ ]?key$/i,
  ...["pass", "pwd", "pw", "pin", "otp", "totp", "auth", "jwt", "bearer"],
  ...["authorization", "proxyAuthorization", "cookie", "cookies", "setCookie", "session", "sessionId", "sid"],
  ...["connectSid", "csrf", "xsrf", "xApiKey", "signature", "connectionString", "databaseUrl", "dsn"],
  ...["creditCard", "cardNumber", "pan", "cvv", "cvc", "iban", "accountNumber", "routingNumber", "ssn"],
]);
