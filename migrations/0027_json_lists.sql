-- Lists of JSON values as one text, the values parted by the record separator (30) and the unit separator (31) for
-- null: signs that stand in no JSON text but escaped. To write and read an array literal of them, in which every
-- quotation mark is escaped once more, costs ten times as much. See src/platform/json-list.ts.
create function json_list(list text) returns json[] language sql immutable parallel safe
  return string_to_array(list, chr(30), chr(31))::json[];

create function jsonb_list(list text) returns jsonb[] language sql immutable parallel safe
  return string_to_array(list, chr(30), chr(31))::jsonb[];
