import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { TIMESTAMP } from '../../platform/management/index.ts'
import type { Location } from './location.ts'

const POSITION = z
  .tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
  .describe('Longitude and latitude, in degrees.')
const RINGS = z
  .array(z.array(POSITION).min(4).max(LIMITS.locationPointsMax))
  .min(1)
  .max(LIMITS.locationRingsMax)

const CIRCLE = z.strictObject({
  type: z.literal('circle'),
  format: z.literal('distance').default('distance'),
  distance: z.strictObject({
    center: z
      .string()
      .regex(/^geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?$/)
      .describe('`geo:<latitude>,<longitude>`, in degrees.'),
    radius: z
      .string()
      .regex(/^\d+(\.\d+)? (km|m|mi)$/)
      .describe('Such as `1.54 km`.'),
  }),
})

const POLYGON = z.strictObject({
  type: z.literal('polygon'),
  format: z.literal('geojson').default('geojson'),
  geojson: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('Polygon'), coordinates: RINGS }),
    z.strictObject({
      type: z.literal('MultiPolygon'),
      coordinates: z.array(RINGS).min(1).max(LIMITS.locationRingsMax),
    }),
  ]),
})

const name = z.string().min(1).max(LIMITS.nameLengthMax)

export const LOCATION_SETTINGS = z.strictObject({
  name,
  shape: z.discriminatedUnion('type', [CIRCLE, POLYGON]),
})

export const LOCATION_VIEW = z
  .object({
    id: z.string(),
    object: z.literal('location'),
    name: z.string(),
    shape: z.record(z.string(), z.unknown()).describe('The circle or the polygon.'),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.optional(),
  })
  .meta({
    id: 'Location',
    description: 'A place by which the metadata of customers can be told apart.',
  })

/** A location as both APIs show it. */
export const toLocationView = (location: Location): z.infer<typeof LOCATION_VIEW> => ({
  id: location.id,
  object: 'location',
  name: location.name,
  shape: location.shape,
  created_at: toIso(location.createdAt),
  ...(location.updatedAt && { updated_at: toIso(location.updatedAt) }),
})
