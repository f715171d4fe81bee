// Makes up a plausible citizen. Phones come from one invented range, so that no real person is ever written to.

import { get, post } from "./api.js";
import { staticUrl } from "./dom.js";

let names = null;

const pick = (list) => list[Math.floor(Math.random() * list.length)];

async function inventedPerson() {
  names ??= await get(staticUrl("shared/people.json"));
  const { middle, given } = pick([names.women, names.men]);
  const digits = String(Math.floor(Math.random() * 10 ** names.phone.digits)).padStart(names.phone.digits, "0");
  return { name: `${pick(names.surnames)} ${pick(middle)} ${pick(given)}`, phone: names.phone.prefix + digits };
}

/** Makes a new Zalo user, invented where not told, and answers its user_id. */
export async function createCitizen(person = null) {
  return (await post("/sim/v1/citizens", { ...(person ?? (await inventedPerson())), device: "mobile" })).user_id;
}

/** The citizen with this phone; made where there is none. */
export async function citizenWithPhone(person) {
  const { citizens } = await get("/sim/v1/citizens");
  return citizens.find(({ phone }) => phone === person.phone)?.user_id ?? createCitizen(person);
}
