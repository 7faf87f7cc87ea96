// The taxonomy of incidents as the page needs it: types in their groups, labels, colours.
// The single source is the file that the extractor itself reads.
import table from '../../../src/incidents/taxonomy.json';

export interface EventType {
  id: string;
  group: string;
  colour: string;
  label: Record<string, string>;
}

export interface Group {
  id: string;
  colour: string;
  types: EventType[];
}

export const TYPES: EventType[] = table;

export const GROUPS: Group[] = [...new Set(TYPES.map((type) => type.group))].map((id) => {
  const types = TYPES.filter((type) => type.group === id);
  return { id, colour: types[0]!.colour, types };
});

const typeById = new Map(TYPES.map((type) => [type.id, type]));
const groupById = new Map(GROUPS.map((group) => [group.id, group]));

export function eventType(id: string): EventType | undefined {
  return typeById.get(id);
}

export function group(id: string): Group | undefined {
  return groupById.get(id);
}

export function colourOf(groupId: string): string {
  return groupById.get(groupId)?.colour ?? '#767676';
}

export function typeLabel(id: string, lang: string): string {
  const label = typeById.get(id)?.label;
  return label?.[lang] ?? label?.en ?? id;
}
