import { describe, expect, it } from 'vitest'
import { ofProject, PROJECTS, useManagement } from '../../../support/projects.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const management = useManagement(t)

const BRAND = {
  brand: { name: 'Mugs', website_url: 'mugs.example.com' },
  address: { street: 'Porcelanowa 23', city: 'Katowice', postal: '43-246', country: 'Poland' },
  contact: { email: 'support@example.com' },
}

async function aPath(): Promise<string> {
  const { keys } = await management.makeProject()
  return `${PROJECTS}/${keys.projectId}/branding`
}

describe('the brand of a project (engine-programs §15.1)', () => {
  it('is made, read, changed field by field, and deleted', async () => {
    const path = await aPath()
    const none = { object: 'list', data_ref: 'data', data: [], total: 0 }
    expect((await management.call('GET', path)).body).toEqual(none)
    const made = await management.call('POST', path, BRAND)
    const whole = {
      id: expect.stringMatching(/^brd_/),
      brand: {
        name: 'Mugs',
        privacy_policy_url: null,
        terms_of_use_url: null,
        permission_reminder: 'You are receiving this email because you opted in at our website.',
        website_url: 'mugs.example.com',
      },
      address: { ...BRAND.address, state: null },
      contact: { email: 'support@example.com', phone: null },
    }
    expect(made).toEqual({ status: 200, body: whole })
    const one = `${path}/${made.body.id}`
    expect((await management.call('GET', one)).body).toEqual(made.body)
    expect((await management.call('GET', path)).body).toEqual({
      ...none,
      data: [made.body],
      total: 1,
    })

    const changes = { brand: { website_url: null }, contact: { phone: '+48 123' } }
    const changed = {
      ...made.body,
      brand: { ...made.body.brand, website_url: null },
      contact: { email: 'support@example.com', phone: '+48 123' },
    }
    expect(await management.call('PUT', one, changes)).toEqual({ status: 200, body: changed })
    expect((await management.call('GET', one)).body).toEqual(changed)

    expect(await management.call('DELETE', one)).toEqual({ status: 204 })
    expect((await management.call('GET', one)).status).toBe(404)
    expect((await management.call('DELETE', one)).status).toBe(404)
    expect((await management.call('POST', path, BRAND)).status).toBe(200)
  })

  it('is one, however many are made at once (programs scenario 82)', async () => {
    const path = await aPath()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => management.call('POST', path, BRAND)),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 409)])
    expect(await management.call('POST', path, BRAND)).toMatchObject({
      status: 409,
      body: {
        key: 'branding_exist',
        message: 'Branding exist',
        details: 'Cannot exist more than one branding for given project',
      },
    })
  })

  it.each([
    [{ ...BRAND, brand: undefined }, "Payload should have required property 'brand'"],
    [{ ...BRAND, brand: {} }, "Property .brand should have required property 'name'"],
    [
      { ...BRAND, brand: { name: null } },
      'Property .brand.name must NOT have fewer than 1 characters',
    ],
    [
      { ...BRAND, address: { street: 'S', city: 'C' } },
      "Property .address should have required property 'country'",
    ],
    [{ ...BRAND, contact: { email: 'no' } }, 'Property .contact.email must match format "email"'],
    [
      { ...BRAND, brand: { name: 'M', privacy_policy_url: 'here' } },
      'Property .brand.privacy_policy_url must match format "web-address"',
    ],
  ])('is refused as %j', async (body, details) => {
    const path = await aPath()
    expect(await management.call('POST', path, body)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
  })

  it.each([
    [{ brand: { name: null } }, 'Property .brand.name must NOT have fewer than 1 characters'],
    [
      { address: { country: '' } },
      'Property .address.country must NOT have fewer than 1 characters',
    ],
    [{ contact: { email: 'no' } }, 'Property .contact.email must match format "email"'],
  ])('is not changed to %j', async (changes, details) => {
    const path = await aPath()
    const made = await management.call('POST', path, BRAND)
    expect(await management.call('PUT', `${path}/${made.body.id}`, changes)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
    expect((await management.call('GET', `${path}/${made.body.id}`)).body).toEqual(made.body)
  })

  it('is that of its own project', async () => {
    const path = await aPath()
    const made = await management.call('POST', path, BRAND)
    const other = `${await aPath()}/${made.body.id}`
    expect((await management.call('GET', other)).status).toBe(404)
    expect((await management.call('PUT', other, {})).status).toBe(404)
    expect((await management.call('DELETE', other)).status).toBe(404)
    expect((await management.call('GET', path, undefined, ofProject(t.keys))).status).toBe(404)
  })
})
