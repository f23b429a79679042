type Text = string | null

/** The brand of a project. */
export type Branding = {
  id: string
  projectId: string
  brand: {
    name: string
    privacy_policy_url: Text
    terms_of_use_url: Text
    permission_reminder: string
    website_url: Text
  }
  address: { street: string; city: string; postal: Text; state: Text; country: string }
  contact: { email: string; phone: Text }
}

/** The same but for what a caller left out. */
export type BrandingInput = {
  [Part in 'brand' | 'address' | 'contact']?: Partial<Branding[Part]> | null
}

const PERMISSION_REMINDER = 'You are receiving this email because you opted in at our website.'

/** What a new brand has where nothing is said. */
export const EMPTY_BRANDING = {
  brand: {
    privacy_policy_url: null,
    terms_of_use_url: null,
    permission_reminder: PERMISSION_REMINDER,
    website_url: null,
  },
  address: { postal: null, state: null },
  contact: { phone: null },
}

export const toBrandingView = ({ id, brand, address, contact }: Branding) => ({
  id,
  brand,
  address,
  contact,
})
