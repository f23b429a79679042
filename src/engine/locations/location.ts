import type { Json } from '../../kernel/json.ts'

/** A place on the map, by which metadata can be told apart (engine-programs §6.3). */
export type Location = {
  id: string
  name: string
  /** A circle or a polygon, as it was given. */
  shape: { [key: string]: Json }
  createdAt: Date
  updatedAt: Date | null
}
