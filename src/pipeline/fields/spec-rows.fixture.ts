import type { FieldDefinition, FieldDefinitions } from './field.ts'

/** A row of the table of §5.6: the value of a payload that is accepted, or all sentences about one that is not. */
export type Row = readonly [
  field: string,
  fields: FieldDefinitions,
  payload: unknown,
  outcome: object | string,
]

const REC = 'otherwise than the published packages:'

type Case = readonly [value: unknown, outcome: object | string]

/** Rows about one field `f`, labelled `F`, and what is mapped to it. */
const about = (
  name: string,
  field: Omit<FieldDefinition, 'label'>,
  cases: readonly Case[],
): Row[] =>
  cases.map(([value, outcome]) => [name, { f: { label: 'F', ...field } }, { f: value }, outcome])

const member = { k: { label: 'K', type: 'string', required: true } } as const
const text = (label: string): FieldDefinition => ({ label, type: 'string' })

const TEXT_AND_NUMBERS: Row[] = [
  ...about('string', { type: 'string' }, [
    ['x', { f: 'x' }],
    [5, { f: '5' }],
    [5.5, { f: '5.5' }],
    [true, { f: 'true' }],
    [false, { f: 'false' }],
    [null, {}],
    ['', {}],
    [[], 'F must be a string but it was an array.'],
    [['x'], { f: 'x' }],
    [{ a: 1 }, 'F must be a string but it was an object.'],
    [['a', 'b'], 'F must be a string but it was an array.'],
  ]),
  ...about('number', { type: 'number' }, [
    ['5', { f: 5 }],
    ['5.5', { f: 5.5 }],
    ['abc', 'F must be a number but it was a string.'],
    ['', {}],
    [null, {}],
    [true, { f: 1 }],
    [false, { f: 0 }],
    [[5], { f: 5 }],
    [{ a: 1 }, 'F must be a number but it was an object.'],
    ['1e3', { f: 1000 }],
    [' 7 ', { f: 7 }],
  ]),
  ...about('integer', { type: 'integer' }, [
    ['5', { f: 5 }],
    ['5.5', 'F must be an integer but it was a string.'],
    [5.5, 'F must be an integer but it was a number.'],
    [true, { f: 1 }],
    [null, {}],
    ['', {}],
  ]),
  ...about('boolean', { type: 'boolean' }, [
    ['true', { f: true }],
    ['false', { f: false }],
    ['1', 'F must be a boolean but it was a string.'],
    ['0', 'F must be a boolean but it was a string.'],
    [1, { f: true }],
    [0, { f: false }],
    [2, 'F must be a boolean but it was a number.'],
    ['yes', 'F must be a boolean but it was a string.'],
    [null, {}],
    ['', {}],
    [true, { f: true }],
    [[true], { f: true }],
  ]),
]

const DATES: Row[] = about('datetime', { type: 'datetime' }, [
  ...[
    '2024-01-01',
    '2024-01-01T00:00:00Z',
    '2024-01-01T00:00:00+02:00',
    1704067200,
    1704067200000,
    '1704067200',
    '1704067200000',
    '01/02/2024',
    'Jan 1 2024',
    '2024-13-45',
    '2024',
    20240101,
  ].map((date) => [date, { f: date }] as const),
  ['notadate', 'F must be a valid date-like string but it was not.'],
  ['', {}],
  [null, {}],
  [true, 'F must be a valid date-like string but it was not.'],
  [new Date(0), 'F must be a string or number but it was an object.'],
])

const OBJECTS_AND_LISTS: Row[] = [
  ...about('object', { type: 'object' }, [
    ['x', 'F must be an object but it was a string.'],
    [{ a: 1 }, { f: { a: 1 } }],
    [null, {}],
    [[], 'F must be an object but it was an array.'],
    [[1], 'F must be an object but it was an array.'],
    [5, 'F must be an object but it was a number.'],
    ['{"a":1}', 'F must be an object but it was a string.'],
    ['', {}],
  ]),
  ...about('string multiple', { type: 'string', multiple: true }, [
    ['x', { f: ['x'] }],
    [['x', 1], { f: ['x', '1'] }],
    [null, {}],
    ['', {}],
    [[], { f: [] }],
    [[null], { f: [] }],
    [['x', ''], { f: ['x', ''] }],
    [{ a: 1 }, 'The value at /f/0 must be a string but it was an object.'],
  ]),
  ...about(
    'object multiple props k required',
    { type: 'object', multiple: true, properties: member },
    [
      [{ k: 1 }, { f: [{ k: '1' }] }],
      [[{ k: 1 }, { z: 2 }], "The value at /f/1 is missing the required field 'k'."],
      [[{ k: 'a', z: 1 }], { f: [{ k: 'a' }] }],
      [[], { f: [] }],
      [null, {}],
    ],
  ),
  ...about('object props k required', { type: 'object', properties: member }, [
    [{ k: 1, z: 2 }, { f: { k: '1' } }],
    [{ z: 2 }, "F is missing the required field 'k'."],
    [{ k: '' }, { f: { k: '' } }],
    [{ k: null }, "F is missing the required field 'k'."],
  ]),
  ...about(
    'object props addl true',
    { type: 'object', properties: member, additionalProperties: true },
    [[{ k: 1, z: 2 }, { f: { k: '1', z: 2 } }]],
  ),
]

const NULLS_AND_CHOICES: Row[] = [
  ...about('string allowNull', { type: 'string', allowNull: true }, [
    [null, { f: null }],
    ['', {}],
    ['x', { f: 'x' }],
    [5, { f: '5' }],
    [['x'], 'F must be a string or null but it was a string.'],
  ]),
  ...about('number allowNull', { type: 'number', allowNull: true }, [
    [null, { f: null }],
    ['', {}],
    [5, { f: 5 }],
    ['5', { f: 5 }],
  ]),
  ...about('object allowNull', { type: 'object', allowNull: true }, [
    [null, { f: null }],
    [{ a: 1 }, { f: { a: 1 } }],
    ['', {}],
  ]),
  ...about('choices a,b', { type: 'string', choices: ['a', 'b'] }, [
    ['a', { f: 'a' }],
    ['c', 'F must be one of: "a" or "b".'],
    [1, 'F must be one of: "a" or "b".'],
    ['', {}],
  ]),
  ...about('number choices 1,2', { type: 'number', choices: [1, { label: 'Two', value: 2 }] }, [
    [1, { f: 1 }],
    ['1', { f: 1 }],
    [3, 'F must be one of: 1 or 2.'],
  ]),
  ...about('choices a,b allowNull', { type: 'string', choices: ['a', 'b'], allowNull: true }, [
    [null, { f: null }],
  ]),
  ...about(
    `${REC} object props allowNull`,
    { type: 'object', properties: { k: text('K') }, allowNull: true },
    [[null, { f: null }]],
  ),
  ...about(
    `${REC} string multiple allowNull`,
    { type: 'string', multiple: true, allowNull: true },
    [
      [null, { f: null }],
      [['a', null], { f: ['a'] }],
    ],
  ),
]

const MISSING_F = "The root value is missing the required field 'f'."

const REQUIRED: Row[] = [
  ...about('required', { type: 'string', required: true }, [
    [undefined, MISSING_F],
    [null, MISSING_F],
    ['', MISSING_F],
    ['  ', { f: '  ' }],
  ]),
  ['required missing', { f: { ...text('F'), required: true } }, {}, MISSING_F],
  ...about('required allowNull', { type: 'string', required: true, allowNull: true }, [
    [null, { f: null }],
  ]),
  ['default not applied at runtime', { f: { ...text('F'), default: 'x' } }, {}, {}],
  ['required w/ default', { f: { ...text('F'), default: 'x', required: true } }, {}, MISSING_F],
  ...about('string multiple required', { type: 'string', multiple: true, required: true }, [
    [[], { f: [] }],
  ]),
  ...about('object required', { type: 'object', required: true }, [[{}, { f: {} }]]),
  ...about('boolean required', { type: 'boolean', required: true }, [[false, { f: false }]]),
  ...about('number required', { type: 'number', required: true }, [[0, { f: 0 }]]),
  ['unknown keys dropped', { f: text('F') }, { f: 'x', g: 1, enable_batching: true }, { f: 'x' }],
  ['no fields -> no schema', {}, { anything: 'u' }, { anything: 'u' }],
  [
    'two errors',
    {
      a: { ...text('A'), required: true },
      b: { label: 'B', type: 'number' },
      c: { ...text('C'), required: true },
    },
    { b: 'x' },
    "The root value is missing the required field 'a'. The root value is missing the required field 'c'. B must be a number but it was a string.",
  ],
  [
    'string label missing title in nested',
    {
      o: {
        label: 'O',
        type: 'object',
        properties: { num: { label: 'Inner Num', type: 'number' } },
      },
    },
    { o: { num: 'abc' } },
    'Inner Num must be a number but it was a string.',
  ],
]

const FORMS_AND_BOUNDS: Row[] = [
  ...(
    [
      ['uri', 'nope', 'URI'],
      ['email', 'nope', 'email address'],
      ['date-time', 'nope', 'date and time'],
      ['hostname', '-bad-', 'hostname'],
      ['ipv4', '1.2.3', 'IPv4 address'],
      ['uuid', '1', 'uuid'],
      ['regex', '(', 'regular expression'],
    ] as const
  ).flatMap(([format, value, name]) =>
    about(`format ${format}`, { type: 'string', format }, [
      [value, `F must be a valid ${name} string but it was not.`],
    ]),
  ),
  ...about('format email', { type: 'string', format: 'email' }, [['a@b.co', { f: 'a@b.co' }]]),
  ...about('minLength', { type: 'string', minimum: 3 }, [
    ['ab', 'F must be 3 characters or more but it was 2 characters.'],
  ]),
  ...about('maxLength', { type: 'string', maximum: 3 }, [
    ['abcd', 'F must be 3 characters or fewer but it was 4 characters.'],
  ]),
  ...about('number min', { type: 'number', minimum: 3 }, [
    [1, 'F must be equal to or greater than 3.'],
  ]),
  ...about('number max', { type: 'number', maximum: 3 }, [
    [9, 'F must be equal to or less than 3.'],
  ]),
  ...about(`${REC} minimum 0`, { type: 'number', minimum: 0 }, [
    [-9, 'F must be equal to or greater than 0.'],
  ]),
  ...about(`${REC} integer minimum 3`, { type: 'integer', minimum: 3 }, [
    [1, 'F must be equal to or greater than 3.'],
  ]),
  ...about(`${REC} text maximum 2`, { type: 'text', maximum: 2 }, [
    ['abc', 'F must be 2 characters or fewer but it was 3 characters.'],
  ]),
]

const whenCreating: FieldDefinitions = {
  op: text('Operation'),
  name: {
    ...text('Name'),
    required: { conditions: [{ fieldKey: 'op', operator: 'is', value: 'create' }] },
  },
}
const withoutEmail: FieldDefinitions = {
  email: text('Email'),
  phone: { ...text('Phone'), required: { conditions: [{ fieldKey: 'email', operator: 'is' }] } },
}
const inObject: FieldDefinitions = {
  o: {
    label: 'O',
    type: 'object',
    properties: {
      a: text('A'),
      b: {
        ...text('B'),
        required: { conditions: [{ fieldKey: 'o.a', operator: 'is', value: 'x' }] },
      },
    },
  },
}
const ofSeveral: FieldDefinitions = {
  a: text('A'),
  b: text('B'),
  c: {
    ...text('C'),
    required: {
      match: 'any',
      conditions: [
        { fieldKey: 'a', operator: 'is', value: '1' },
        { fieldKey: 'b', operator: 'is', value: '2' },
      ],
    },
  },
}
const unlessOne: FieldDefinitions = {
  a: text('A'),
  c: {
    ...text('C'),
    required: { conditions: [{ fieldKey: 'a', operator: 'is_not', value: '1' }] },
  },
}

/** Where the published packages add: The root value must match "then" schema. */
const CONDITIONS: Row[] = [
  ['cond violated', whenCreating, { op: 'create' }, missing('name')],
  ['cond ok', whenCreating, { op: 'update' }, { op: 'update' }],
  ['cond undefined is violated', withoutEmail, {}, missing('phone')],
  ['cond undefined is ok', withoutEmail, { email: 'x' }, { email: 'x' }],
  [
    'cond dot violated',
    inObject,
    { o: { a: 'x' } },
    "The value at /o is missing the required field 'b'.",
  ],
  ['cond dot ok', inObject, { o: { a: 'y' } }, { o: { a: 'y' } }],
  ['cond any violated', ofSeveral, { b: '2' }, missing('c')],
  ['cond is_not violated', unlessOne, { a: '2' }, missing('c')],
]

function missing(key: string): string {
  return `The root value is missing the required field '${key}'.`
}

/** The table of §5.6, row by row, with the recommendations of §5.2 and §5.3 in place of what they replace. */
export const SPEC_ROWS: readonly Row[] = [
  ...TEXT_AND_NUMBERS,
  ...DATES,
  ...OBJECTS_AND_LISTS,
  ...NULLS_AND_CHOICES,
  ...REQUIRED,
  ...FORMS_AND_BOUNDS,
  ...CONDITIONS,
]
