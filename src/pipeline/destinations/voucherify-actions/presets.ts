import { defaultMapping, type Preset } from '../definition.ts'
import { addCustomEvent } from './add-custom-event.ts'
import { assignCustomerToGroup } from './assign-customer-to-group.ts'
import { upsertCustomer } from './upsert-customer.ts'

/** The five presets as published (§12.2), and a sixth of ours. */
export const presets: readonly Preset[] = [
  {
    name: 'Create Or Update Customer',
    trigger: 'type = "identify"',
    action: 'upsertCustomer',
    mapping: defaultMapping(upsertCustomer),
  },
  {
    name: 'Add Custom Event (Track Event)',
    trigger: 'type = "track"',
    action: 'addCustomEvent',
    mapping: defaultMapping(addCustomEvent),
  },
  {
    name: 'Add Custom Event (Page Event)',
    trigger: 'type = "page"',
    action: 'addCustomEvent',
    mapping: {
      ...defaultMapping(addCustomEvent),
      event: { '@template': 'Viewed {{name}} Page' },
    },
  },
  {
    name: 'Add Custom Event (Screen Event)',
    trigger: 'type = "screen"',
    action: 'addCustomEvent',
    mapping: {
      ...defaultMapping(addCustomEvent),
      event: { '@template': 'Viewed {{name}} Screen' },
    },
  },
  {
    name: 'Assign Customer To Group',
    trigger: 'type = "group"',
    action: 'assignCustomerToGroup',
    mapping: defaultMapping(assignCustomerToGroup),
  },
  // Engage writes `traits.<audience key>`, and the preset for identify maps `traits.metadata` alone: without
  // this one no audience would reach the engine (D-08).
  {
    name: 'Sync Engage audiences and traits',
    trigger: 'type = "identify" and context.personas.computation_key != null',
    action: 'upsertCustomer',
    mapping: { ...defaultMapping(upsertCustomer), metadata: { '@path': '$.traits' } },
  },
]
