#!/usr/bin/env -S node --max-semi-space-size=64
// Runs the built program; in a clone it installs and builds first when that is needed.
import { setUp } from '../tools/set-up.mjs'

setUp()
await import('../dist/bundle/main.js')
