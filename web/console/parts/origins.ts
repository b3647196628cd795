export const originsOf = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
