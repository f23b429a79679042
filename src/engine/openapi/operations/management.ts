import { BRANDING_CHANGES, NEW_BRANDING } from '../../branding/index.ts'
import { NEW_PROJECT, PROJECT_CHANGES } from '../../projects/index.ts'
import {
  CAMPAIGN_SETUP,
  NEW_TEMPLATE,
  TEMPLATE_CHANGES,
  TEMPLATE_COPY,
  TEMPLATE_LIST_QUERY,
  TEMPLATE_QUERY,
  TIER_SETUP,
} from '../../templates/index.ts'
import { INVITATION, NEW_ASSIGNMENT, ROLE_CHANGE } from '../../users/index.ts'
import {
  cursorListOf,
  FILTERS,
  listOf,
  NOTHING,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const PROJECTS = '/management/v1/projects'
const ONE = `${PROJECTS}/{projectId}`
const TEMPLATE_LIST = {
  query: [
    { properties: { limit: { type: 'integer', minimum: 1, maximum: 100 } } },
    TEMPLATE_LIST_QUERY,
    orderBy('id'),
    FILTERS,
  ],
  answer: cursorListOf('campaign_templates', 'CampaignTemplate'),
}

/** Projects, who works in them, and their brands. */
export const PROJECT_MANAGEMENT: Operations = {
  [`GET ${PROJECTS}`]: {
    id: 'listProjects',
    summary: 'List projects: all with a management key, one with its admin token',
    answer: listOf('data', 'Project'),
  },
  [`POST ${PROJECTS}`]: {
    id: 'createProject',
    summary: 'Create a project; its keys are answered this once',
    body: NEW_PROJECT,
    answer: view('NewProject'),
  },
  [`GET ${ONE}`]: { id: 'getProject', summary: 'Get a project', answer: view('Project') },
  [`PUT ${ONE}`]: {
    id: 'updateProject',
    summary: 'Change settings of a project',
    body: PROJECT_CHANGES,
    answer: view('Project'),
  },
  [`DELETE ${ONE}`]: {
    id: 'deleteProject',
    summary: 'Delete a project with everything in it',
    ...NOTHING,
  },
  [`POST ${PROJECTS}/users/invite`]: {
    id: 'inviteUser',
    summary: 'Keep an invitation; nobody is sent mail',
    body: INVITATION,
    ...NOTHING,
  },
  [`GET ${ONE}/users`]: {
    id: 'listUsers',
    summary: 'List the users of a project',
    answer: listOf('data', 'User'),
  },
  [`POST ${ONE}/users`]: {
    id: 'assignUser',
    summary: 'Give a user a role in a project',
    body: NEW_ASSIGNMENT,
    answer: view('User'),
  },
  [`GET ${ONE}/users/{userId}`]: {
    id: 'getUser',
    summary: 'Get a user of a project',
    answer: view('User'),
  },
  [`PUT ${ONE}/users/{userId}`]: {
    id: 'updateUser',
    summary: 'Give a user of a project another role',
    body: ROLE_CHANGE,
    answer: view('User'),
  },
  [`DELETE ${ONE}/users/{userId}`]: {
    id: 'unassignUser',
    summary: 'Take a user out of a project',
    ...NOTHING,
  },
  [`GET ${ONE}/branding`]: {
    id: 'listBranding',
    summary: 'List the brand of a project',
    answer: listOf('data', 'Branding'),
  },
  [`POST ${ONE}/branding`]: {
    id: 'createBranding',
    summary: 'Create the brand of a project',
    body: NEW_BRANDING,
    answer: view('Branding'),
  },
  [`GET ${ONE}/branding/{id}`]: {
    id: 'getBranding',
    summary: 'Get the brand of a project',
    answer: view('Branding'),
  },
  [`PUT ${ONE}/branding/{id}`]: {
    id: 'updateBranding',
    summary: 'Change fields of the brand of a project',
    body: BRANDING_CHANGES,
    answer: view('Branding'),
  },
  [`DELETE ${ONE}/branding/{id}`]: {
    id: 'deleteBranding',
    summary: 'Delete the brand of a project',
    ...NOTHING,
  },
  [`GET ${ONE}/templates/campaigns`]: {
    id: 'listTemplatesOfProject',
    summary: 'List the campaign templates of a project',
    ...TEMPLATE_LIST,
  },
  [`POST ${ONE}/templates/campaigns/{id}/copy`]: {
    id: 'copyCampaignTemplate',
    summary: 'Copy a campaign template to another project',
    body: TEMPLATE_COPY,
    answer: view('CampaignTemplate'),
  },
}

const TEMPLATES_PATH = '/v1/templates/campaigns'
const TEMPLATE = `${TEMPLATES_PATH}/{id}`

export const TEMPLATES: Tag = {
  name: 'Templates',
  description: 'What a discount or gift campaign is made of, kept to make others like it.',
  operations: {
    [`GET ${TEMPLATES_PATH}`]: {
      id: 'listCampaignTemplates',
      summary: 'List campaign templates',
      ...TEMPLATE_LIST,
    },
    [`POST ${TEMPLATES_PATH}`]: {
      id: 'createCampaignTemplate',
      summary: 'Create a template of a campaign or a promotion tier',
      body: NEW_TEMPLATE,
      answer: view('CampaignTemplate'),
    },
    [`GET ${TEMPLATE}`]: {
      id: 'getCampaignTemplate',
      summary: 'Get a template, and what is in it if that is asked for',
      query: [TEMPLATE_QUERY],
      answer: view('CampaignTemplate'),
    },
    [`PUT ${TEMPLATE}`]: {
      id: 'updateCampaignTemplate',
      summary: 'Change the name or the description of a template',
      body: TEMPLATE_CHANGES,
      answer: view('CampaignTemplate'),
    },
    [`DELETE ${TEMPLATE}`]: {
      id: 'deleteCampaignTemplate',
      summary: 'Delete a template',
      ...NOTHING,
    },
    [`POST ${TEMPLATE}/campaign-setup`]: {
      id: 'createCampaignFromTemplate',
      summary: 'Create a campaign of a template',
      body: CAMPAIGN_SETUP,
      answer: view('CampaignSetup'),
    },
    [`POST ${TEMPLATE}/tier-setup`]: {
      id: 'addTierFromTemplate',
      summary: 'Add a promotion tier made of a template to a promotion',
      body: TIER_SETUP,
      answer: view('TierSetup'),
    },
  },
}
