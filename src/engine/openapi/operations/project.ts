import { PAGE_QUERY } from '../../api/index.ts'
import { ASYNC_ACTION_LIST_QUERY } from '../../async-actions/index.ts'
import { CATEGORY_BODY } from '../../categories/index.ts'
import { EXPORT_BODY, EXPORT_DOWNLOAD_QUERY } from '../../exports/index.ts'
import { RULE_VALIDATION_BODY } from '../../simulations/index.ts'
import { BIN_QUERY } from '../../trash-bin/index.ts'
import {
  ASSIGNMENT_LIST_QUERY,
  NEW_RULE,
  RULE_ASSIGNMENT,
  RULE_CHANGES,
  RULE_LIST_QUERY,
} from '../../validation-rules/index.ts'
import {
  cursorListOf,
  EMPTY,
  FILTERS,
  FORCE,
  listOf,
  NOTHING,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const ASSIGNMENTS = [PAGE_QUERY, ASSIGNMENT_LIST_QUERY, orderBy('created_at')]

export const VALIDATION_RULES: Tag = {
  name: 'Validation rules',
  description: 'Who may redeem what, when and for which orders.',
  operations: {
    'GET /v1/validation-rules': {
      id: 'listValidationRules',
      summary: 'List rules',
      query: [PAGE_QUERY, RULE_LIST_QUERY, orderBy('created_at', 'updated_at', 'name')],
      answer: listOf('data', 'ValidationRule'),
    },
    'POST /v1/validation-rules': {
      id: 'createValidationRule',
      summary: 'Create a rule',
      body: NEW_RULE,
      answer: view('ValidationRule'),
    },
    'GET /v1/validation-rules/{id}': {
      id: 'getValidationRule',
      summary: 'Get a rule',
      answer: view('ValidationRule'),
    },
    'PUT /v1/validation-rules/{id}': {
      id: 'updateValidationRule',
      summary: 'Change a rule; what is not given stays',
      body: RULE_CHANGES,
      answer: view('ValidationRule'),
    },
    'DELETE /v1/validation-rules/{id}': {
      id: 'deleteValidationRule',
      summary: 'Delete a rule',
      ...NOTHING,
    },
    'POST /v1/validation-rules/{id}/validation': {
      id: 'validateRule',
      summary:
        'Ask whether a rule is met by an order, a customer and a redemption; nothing is written',
      body: RULE_VALIDATION_BODY,
      answer: view('RuleValidation'),
    },
    'GET /v1/validation-rules-assignments': {
      id: 'listRuleAssignments',
      summary: 'List what all rules are assigned to',
      query: ASSIGNMENTS,
      answer: listOf('data', 'RuleAssignment'),
    },
    'GET /v1/validation-rules/{id}/assignments': {
      id: 'listAssignmentsOfRule',
      summary: 'List what a rule is assigned to',
      query: ASSIGNMENTS,
      answer: listOf('data', 'RuleAssignment'),
    },
    'POST /v1/validation-rules/{id}/assignments': {
      id: 'assignValidationRule',
      summary: 'Assign a rule to a voucher, a campaign or a tier',
      query: [FORCE],
      body: RULE_ASSIGNMENT,
      answer: view('RuleAssignment'),
    },
    'DELETE /v1/validation-rules/{id}/assignments/{assignmentId}': {
      id: 'unassignValidationRule',
      summary: 'Take a rule away again',
      ...NOTHING,
    },
  },
}

export const CATEGORIES: Tag = {
  name: 'Categories',
  description: 'What campaigns and vouchers are sorted into, and in which order they are applied.',
  operations: {
    'GET /v1/categories': {
      id: 'listCategories',
      summary: 'List categories; all of them unless pages are asked for',
      query: [PAGE_QUERY],
      answer: listOf('data', 'Category'),
    },
    'POST /v1/categories': {
      id: 'createCategory',
      summary: 'Create a category',
      body: CATEGORY_BODY,
      answer: view('Category'),
    },
    'GET /v1/categories/{id}': {
      id: 'getCategory',
      summary: 'Get a category',
      answer: view('Category'),
    },
    'PUT /v1/categories/{id}': {
      id: 'updateCategory',
      summary: 'Change a category',
      body: CATEGORY_BODY,
      answer: view('Category'),
    },
    'DELETE /v1/categories/{id}': {
      id: 'deleteCategory',
      summary: 'Delete a category',
      query: [{ properties: { remove_from_stacking_rules: { type: 'boolean' } } }],
      ...NOTHING,
    },
  },
}

export const ASYNC_ACTIONS: Tag = {
  name: 'Async actions',
  description: 'Work that goes on after its request was answered.',
  operations: {
    'GET /v1/async-actions': {
      id: 'listAsyncActions',
      summary: 'List actions, the newest first',
      query: [ASYNC_ACTION_LIST_QUERY],
      answer: cursorListOf('async_actions', 'ListedAsyncAction'),
    },
    'GET /v1/async-actions/{id}': {
      id: 'getAsyncAction',
      summary: 'Get how far an action is, and what came of it',
      answer: view('AsyncAction'),
    },
    'GET /v1/async-actions/{id}/report': {
      id: 'getAsyncActionReport',
      summary: 'Get what a change in bulk did with each item, as a CSV file',
      answer: { type: 'string' },
      otherMediaTypes: ['text/csv'],
    },
  },
}

export const EXPORTS: Tag = {
  name: 'Exports',
  description: 'Files of vouchers, orders and others, made in the background.',
  operations: {
    'GET /v1/exports': {
      id: 'listExports',
      summary: 'List exports',
      query: [PAGE_QUERY, orderBy('created_at', 'status')],
      answer: listOf('exports', 'Export'),
    },
    'POST /v1/exports': {
      id: 'createExport',
      summary: 'Make an export',
      body: EXPORT_BODY,
      answer: view('Export'),
    },
    'GET /v1/exports/{id}': {
      id: 'getExport',
      summary: 'Get an export, or with its token the file',
      query: [EXPORT_DOWNLOAD_QUERY],
      answer: { anyOf: [view('Export'), { type: 'array', items: EMPTY }] },
      otherMediaTypes: ['text/csv'],
    },
    'DELETE /v1/exports/{id}': { id: 'deleteExport', summary: 'Delete an export', ...NOTHING },
  },
}

export const TRASH_BIN: Tag = {
  name: 'Bin',
  description: 'What was deleted, and is not yet deleted for good.',
  operations: {
    'GET /v1/trash-bin': {
      id: 'listBin',
      summary: 'List what is in the bin',
      query: [
        { properties: { limit: PAGE_QUERY.properties.limit } },
        BIN_QUERY,
        orderBy('id'),
        FILTERS,
      ],
      answer: cursorListOf('data', 'BinEntry'),
    },
    'DELETE /v1/trash-bin/{id}': {
      id: 'deleteBinEntry',
      summary: 'Delete for good what an entry is about',
      ...NOTHING,
    },
  },
}
