const LENGTH_MAX = 120

/** `text`, or its beginning when it is too long for a message. */
export const excerpt = (text: string): string =>
  text.length <= LENGTH_MAX ? text : `${text.slice(0, LENGTH_MAX)}…`
