import { describe, expect, it } from 'vitest'
import { matchLocation, toPoint } from './match-location.ts'

const at = (latitude: number, longitude: number) => ({ latitude, longitude })

describe('a location (engine-programs §6.3)', () => {
  it('is a circle around a centre', () => {
    const isIn = matchLocation({
      type: 'circle',
      format: 'distance',
      distance: { center: 'geo:52.2297,21.0122', radius: '1.5 km' },
    })
    expect(isIn(at(52.2297, 21.0122))).toBe(true)
    // A hundredth of a degree of latitude is 1.11 km.
    expect(isIn(at(52.2397, 21.0122))).toBe(true)
    expect(isIn(at(52.2497, 21.0122))).toBe(false)
  })

  it('is a circle over the line where the days change', () => {
    const distance = { center: 'geo:0,179.999', radius: '1 mi' }
    const isIn = matchLocation({ type: 'circle', format: 'distance', distance })
    expect(isIn(at(0, -179.999))).toBe(true)
  })

  const square = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
    [0, 0],
  ]
  const hole = [
    [4, 4],
    [6, 4],
    [6, 6],
    [4, 6],
    [4, 4],
  ]

  it('is a polygon, without its holes', () => {
    const geojson = { type: 'Polygon', coordinates: [square, hole] }
    const isIn = matchLocation({ type: 'polygon', format: 'geojson', geojson })
    expect(isIn(at(1, 9))).toBe(true)
    expect(isIn(at(5, 5))).toBe(false)
    expect(isIn(at(11, 5))).toBe(false)
  })

  it('is several polygons', () => {
    const far = square.map(([x = 0, y = 0]) => [x + 100, y])
    const geojson = { type: 'MultiPolygon', coordinates: [[square], [far]] }
    const isIn = matchLocation({ type: 'polygon', format: 'geojson', geojson })
    expect(isIn(at(5, 105))).toBe(true)
    expect(isIn(at(5, 55))).toBe(false)
  })

  it('is asked for a point that metadata writes as latitude and longitude (M-7)', () => {
    expect(toPoint('52.2297,21.0122')).toEqual(at(52.2297, 21.0122))
    expect(toPoint('91,0')).toBeUndefined()
    expect(toPoint('0,181')).toBeUndefined()
    expect(toPoint('here')).toBeUndefined()
    expect(toPoint(5)).toBeUndefined()
  })
})
