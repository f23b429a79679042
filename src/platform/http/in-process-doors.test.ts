import { beforeEach, describe, expect, it } from 'vitest'
import type { HttpRequest } from './client.ts'
import {
  createInProcessDoors,
  type InProcessDoor,
  type InProcessDoors,
} from './in-process-doors.ts'

const door: InProcessDoor = async () => []
let ownOrigin: string
let doors: InProcessDoors

beforeEach(() => {
  ownOrigin = 'http://127.0.0.1:3000'
  doors = createInProcessDoors(() => ownOrigin)
  doors.open(['/a', '/b/c'], door)
})

const request = (fields: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url: 'http://127.0.0.1:3000/a',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  ...fields,
})

describe('createInProcessDoors', () => {
  it.each(['/a', '/b/c'])('finds the door of %s', (path) => {
    expect(doors.find(request({ url: `${ownOrigin}${path}` }))).toBe(door)
  })

  it.each<[string, Partial<HttpRequest>]>([
    ['another path', { url: 'http://127.0.0.1:3000/b' }],
    ['the path with a slash behind it', { url: 'http://127.0.0.1:3000/a/' }],
    ['the path with a query', { url: 'http://127.0.0.1:3000/a?b=1' }],
    ['another port', { url: 'http://127.0.0.1:3001/a' }],
    ['another host', { url: 'http://localhost:3000/a' }],
    ['another port that begins the same', { url: 'http://127.0.0.1:30000/a' }],
    ['an address that is none', { url: 'nowhere' }],
    ['another method', { method: 'PUT' }],
    ['no body', { body: undefined }],
    ['a body that is no JSON', { headers: { 'content-type': 'multipart/form-data' } }],
    ['a body of no type', { headers: {} }],
    ['a body that may be too long', { body: 'x'.repeat(1_000_001) }],
  ])('leaves a request with %s to the routes', (_what, fields) => {
    expect(doors.find(request(fields))).toBeUndefined()
  })

  it('follows the address of the process', () => {
    ownOrigin = 'https://shop.example'
    expect(doors.find(request())).toBeUndefined()
    expect(doors.find(request({ url: 'https://shop.example/a' }))).toBe(door)
  })
})
