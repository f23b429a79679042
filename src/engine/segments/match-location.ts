import type { Json } from '../../kernel/json.ts'
import type { FactValue, Point } from './customer-facts.ts'

type Shape = { [key: string]: Json }
type Position = readonly [longitude: number, latitude: number]

const EARTH_RADIUS_M = 6_371_008.8
const METRES: Record<string, number> = { m: 1, km: 1_000, mi: 1_609.344 }
const NUMBER = '(-?\\d+(?:\\.\\d+)?)'
const PAIR = new RegExp(`^\\s*${NUMBER}\\s*,\\s*${NUMBER}\\s*$`)
const CENTER = new RegExp(`^geo:${NUMBER},${NUMBER}$`)
const RADIUS = new RegExp(`^${NUMBER} (km|m|mi)$`)

/** The geopoint that metadata holds, `"<latitude>,<longitude>"` (M-7); undefined for anything else. */
export function toPoint(value: FactValue): Point | undefined {
  const match = typeof value === 'string' ? PAIR.exec(value) : null
  if (!match) return undefined
  const [latitude, longitude] = [Number(match[1]), Number(match[2])]
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? { latitude, longitude }
    : undefined
}

/** What tells whether a point lies in the circle or the polygon of a location (engine-programs §6.3). */
export function matchLocation(shape: Shape): (point: Point) => boolean {
  if (shape['type'] === 'circle') return matchCircle(shape['distance'] as Shape)
  const { type, coordinates } = shape['geojson'] as unknown as {
    type: string
    coordinates: readonly unknown[]
  }
  const polygons = (type === 'MultiPolygon' ? coordinates : [coordinates]) as Position[][][]
  return (point) => polygons.some((rings) => isInPolygon(point, rings))
}

function matchCircle({ center, radius }: Shape): (point: Point) => boolean {
  const middle = CENTER.exec(String(center))
  const distance = RADIUS.exec(String(radius))
  if (!middle || !distance) return () => false
  const from = { latitude: Number(middle[1]), longitude: Number(middle[2]) }
  const radiusM = Number(distance[1]) * (METRES[distance[2] ?? ''] ?? 0)
  return (point) => distanceM(from, point) <= radiusM
}

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180

/** Along the surface, in metres. */
function distanceM(a: Point, b: Point): number {
  const latitude = toRadians(b.latitude - a.latitude)
  const longitude = toRadians(b.longitude - a.longitude)
  const half =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(toRadians(a.latitude)) * Math.cos(toRadians(b.latitude)) * Math.sin(longitude / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)))
}

/** In the first ring and in none of the others, which are holes. */
function isInPolygon(point: Point, [outer = [], ...holes]: readonly Position[][]): boolean {
  return isInRing(point, outer) && !holes.some((hole) => isInRing(point, hole))
}

/** Whether a line from the point to the east crosses the ring an odd number of times. */
function isInRing({ latitude, longitude }: Point, ring: readonly Position[]): boolean {
  let isInside = false
  for (const [index, [x, y]] of ring.entries()) {
    const [beforeX, beforeY] = ring[(index + ring.length - 1) % ring.length] ?? [x, y]
    if (y > latitude === beforeY > latitude) continue
    const crossing = ((beforeX - x) * (latitude - y)) / (beforeY - y) + x
    if (longitude < crossing) isInside = !isInside
  }
  return isInside
}
