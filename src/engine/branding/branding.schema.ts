import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import type { Branding, BrandingInput } from './branding.ts'

const TEXT = { type: 'string', maxLength: LIMITS.textLengthMax }
const NEEDED = { ...TEXT, minLength: 1 }
const OPTIONAL = { ...TEXT, type: ['string', 'null'] }
const ADDRESS = { ...OPTIONAL, format: 'web-address' }

const BRAND = {
  name: NEEDED,
  privacy_policy_url: ADDRESS,
  terms_of_use_url: ADDRESS,
  permission_reminder: TEXT,
  website_url: ADDRESS,
}
const PLACE = { street: NEEDED, city: NEEDED, postal: OPTIONAL, state: OPTIONAL, country: NEEDED }
const CONTACT = { email: { ...TEXT, format: 'email' }, phone: OPTIONAL }

const whole = (properties: object, ...required: string[]) => ({
  type: 'object',
  required,
  properties,
})
const part = (properties: object) => ({ type: ['object', 'null'], properties })

export const NEW_BRANDING = {
  type: 'object',
  required: ['brand', 'address', 'contact'],
  properties: {
    brand: whole(BRAND, 'name'),
    address: whole(PLACE, 'street', 'city', 'country'),
    contact: whole(CONTACT, 'email'),
  },
}

export const BRANDING_CHANGES = {
  type: 'object',
  properties: { brand: part(BRAND), address: part(PLACE), contact: part(CONTACT) },
}

type Whole = Pick<Branding, 'brand' | 'address' | 'contact'>

export const parseNewBranding = compileBodyCheck<Whole>(NEW_BRANDING)
export const parseBrandingChanges = compileBodyCheck<BrandingInput>(BRANDING_CHANGES)
