// The shaders of flight.js. A row is a piece of flight: from a.xyz at a.w to b.xyz at b.w, seconds.
// what = (shape, style, threat, unit); `from` is the unit's place, for lines of sight.

const HEAD = `#version 300 es
precision highp float;
uniform float u_time, u_trail, u_ratio;
uniform vec2 u_size, u_chosen;
uniform vec3 u_colours[8]; // of the styles of flight.js, and then of halos
`;

const ROW = `${HEAD}
layout(location = 0) in vec4 a;
layout(location = 1) in vec4 b;
layout(location = 2) in vec4 what;
layout(location = 3) in vec3 from;
uniform mat4 u_matrix;
const float SHOT = 0.3; // of the trail of a threat is that of a shot
const vec4 NOWHERE = vec4(2.0, 2.0, 2.0, 1.0);

vec3 along(float t) { return mix(a.xyz, b.xyz, clamp((t - a.w) / max(b.w - a.w, 1e-6), 0.0, 1.0)); }
bool holds() { return a.w <= u_time && u_time < b.w; }
bool chosen() { return what.z == u_chosen.x || what.w == u_chosen.y; }
bool none() { return u_chosen.x < -1.0 && u_chosen.y < -1.0; }
`;

// Ribbons of some pixels' width. Mode 0: trails; 1: from a head straight down to the ground; 2: lines of sight.
export const RIBBON = {
  vertex: `${ROW}
uniform int u_mode;
out vec4 v_colour;
out float v_along;

void main() {
  float trail = what.y == 1.0 || what.y == 2.0 ? u_trail * SHOT : u_trail;
  float t0 = max(a.w, u_time - trail), t1 = min(b.w, u_time);
  bool alive = u_mode == 0 ? t1 > t0 : holds();
  if (u_mode == 1 && what.y != 0.0 && what.y != 5.0) alive = false;
  if (!alive) { gl_Position = NOWHERE; return; }
  vec3 p = along(u_mode == 0 ? t0 : u_time), q = along(u_mode == 0 ? t1 : u_time);
  if (u_mode == 1) q.z = 0.0;
  if (u_mode == 2) p = from;
  int corner = gl_VertexID & 3;
  bool end = corner > 1;
  vec4 cp = u_matrix * vec4(p, 1.0), cq = u_matrix * vec4(q, 1.0);
  if (cp.w <= 0.0 || cq.w <= 0.0) { gl_Position = NOWHERE; return; }
  vec2 way = (cq.xy / cq.w - cp.xy / cp.w) * u_size;
  float length_px = max(length(way), 1e-3);
  float width = u_mode == 0 ? 2.2 : u_mode == 1 ? 1.0 : (chosen() ? 2.0 : 1.0);
  vec2 side = vec2(-way.y, way.x) / length_px * ((corner & 1) == 0 ? 1.0 : -1.0) * width * u_ratio;
  vec4 at = end ? cq : cp;
  gl_Position = at + vec4(side / u_size * at.w, 0.0, 0.0);
  float age = (u_time - (end ? t1 : t0)) / trail;
  float strength = u_mode == 0 ? 1.0 - 0.9 * age : u_mode == 1 ? 0.6 : chosen() ? 0.95 : none() ? 0.22 : 0.08;
  if (u_mode == 0 && !none() && !chosen()) strength *= 0.6;
  v_colour = vec4(u_colours[int(what.y)], 1.0) * strength;
  v_along = u_mode == 2 ? (end ? length_px : 0.0) / (2.0 * u_ratio) : 0.0;
}`,
  fragment: `${HEAD}
in vec4 v_colour;
in float v_along;
out vec4 colour;
void main() {
  if (mod(v_along, 8.0) > 5.0) discard;
  colour = v_colour;
}`,
};

// The heads: a disc for a drone, a square on its edge for a cruise missile, a triangle for a ballistic one; an upright
// square for a neutral.
export const POINT = {
  vertex: `${ROW}
flat out vec4 v_what;
flat out float v_chosen;
void main() {
  gl_Position = holds() ? u_matrix * vec4(along(u_time), 1.0) : NOWHERE;
  v_what = what;
  v_chosen = chosen() ? 1.0 : 0.0;
  float size = what.y == 1.0 || what.y == 2.0 ? 7.0 : what.y == 4.0 ? 8.0 : 12.0;
  gl_PointSize = (size + 6.0 * v_chosen) * u_ratio;
}`,
  fragment: `${HEAD}
flat in vec4 v_what;
flat in float v_chosen;
out vec4 colour;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  int shape = int(v_what.x);
  float square = max(abs(p.x), abs(p.y)) * 1.2;
  float d = shape == 5 ? square : shape == 1 ? abs(p.x) + abs(p.y) : shape == 2 ? max(abs(p.x) * 1.6 - p.y * 0.8, p.y * 1.2 ) + 0.1 : length(p);
  if (d > 1.0) discard;
  vec3 fill = u_colours[int(v_what.y)];
  float edge = v_chosen > 0.5 ? 0.62 : 0.75;
  colour = vec4(d > edge ? u_colours[7] : fill, 1.0);
}`,
};

// Where a shot meets: a ring for a miss (0), a star that grows for a hit (1); a red cross where a threat gets through (2).
export const BURST = {
  vertex: `${ROW}
flat out float v_what;
flat out float v_age;
void main() {
  gl_Position = holds() ? u_matrix * vec4(a.xyz, 1.0) : NOWHERE;
  v_age = (u_time - a.w) / (b.w - a.w);
  v_what = what.y;
  gl_PointSize = (v_what < 0.5 ? 16.0 : 22.0 + 10.0 * v_age) * u_ratio;
}`,
  fragment: `${HEAD}
flat in float v_what;
flat in float v_age;
out vec4 colour;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float r = length(p);
  float star = 0.45 + 0.5 * abs(cos(4.0 * atan(p.y, p.x)));
  float cross_px = min(abs(p.x + p.y), abs(p.x - p.y)) / 0.5;
  float depth = v_what < 0.5 ? min(1.0 - r, r - 0.7) : v_what < 1.5 ? star - r : min(1.0 - cross_px, 1.0 - r);
  if (depth < 0.0) discard;
  vec3 fill = v_what < 0.5 ? u_colours[4] : v_what < 1.5 ? vec3(0.90, 0.62, 0.0) : vec3(0.84, 0.1, 0.0);
  colour = vec4(depth < 0.15 && v_what > 0.5 ? u_colours[7] : fill, 1.0) * (1.0 - 0.5 * v_age);
}`,
};

const UNIFORMS = ["u_matrix", "u_time", "u_trail", "u_ratio", "u_size", "u_chosen", "u_colours", "u_mode"];

/** A linked program with the places of its uniforms; an Error with the compiler's words where it does not link. */
export function program(gl, { vertex, fragment }) {
  const made = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  const found = { program: made };
  for (const name of UNIFORMS) found[name] = gl.getUniformLocation(made, name);
  return found;
}
