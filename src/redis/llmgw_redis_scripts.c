
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * The scripts.  Nothing is ever pasted into them: what differs comes as KEYS
 * and ARGV.  Redis does not undo what a script did before it failed, so they
 * look at everything first, and what people may have written by hand is
 * checked before anything is counted with it.
 *
 * All keys of a script are in one slot.  Numbers of Lua are doubles: where one
 * may not fit, Redis adds.
 */


#include "llmgw_redis_model.h"


/*
 * put: KEYS record, sums; ARGV expected version or "", id, json, channel,
 * "kind id".  {1, version}; {0, version that is there, 0 for none}.
 *
 * A version is the time in ms of the change, and always more than the one
 * before: also when the record was deleted in between, or the server has
 * forgotten the last second.
 */

#define LLMGW_REDIS_LUA_RECORD                                               \
    "local function int(s)\n"                                                \
    "  if s and #s < 16 and string.find(s, '^[1-9]%d*$') then\n"             \
    "    return tonumber(s)\n"                                               \
    "  end\n"                                                                \
    "end\n"                                                                  \
    "local t = redis.call('TYPE', KEYS[1]).ok\n"                             \
    "if t ~= 'hash' and t ~= 'none' then\n"                                  \
    "  return redis.error_reply('WRONGTYPE the record is not a hash')\n"     \
    "end\n"                                                                  \
    "local old = redis.call('HMGET', KEYS[1], 'json', 'version')\n"          \
    "local version = 0\n"                                                    \
    "if old[1] then\n"                                                       \
    "  version = int(old[2]) or 1\n"                                         \
    "end\n"                                                                  \
    "if ARGV[1] ~= '' and ARGV[1] ~= string.format('%.0f', version) then\n"  \
    "  return {0, version}\n"                                                \
    "end\n"

#define LLMGW_REDIS_LUA_PUT                                                  \
    LLMGW_REDIS_LUA_RECORD                                                   \
    "local time = redis.call('TIME')\n"                                      \
    "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"              \
    "version = math.max(now, version + 1)\n"                                 \
    "local text = string.format('%.0f', version)\n"                          \
    "redis.call('HSET', KEYS[1], 'id', ARGV[2], 'json', ARGV[3],\n"          \
    "           'version', text, 'updated_at',\n"                            \
    "           string.format('%.0f', now))\n"                               \
    "redis.call('PERSIST', KEYS[1])\n"                                       \
    "redis.call('PERSIST', KEYS[2])\n"                                       \
    "redis.call('PUBLISH', ARGV[4], 'put ' .. text .. ' ' .. ARGV[5])\n"     \
    "return {1, version}\n"

/* del: KEYS record; ARGV expected version or "", channel, "kind id" */

#define LLMGW_REDIS_LUA_DEL                                                  \
    LLMGW_REDIS_LUA_RECORD                                                   \
    "redis.call('DEL', KEYS[1])\n"                                           \
    "redis.call('PUBLISH', ARGV[2],\n"                                       \
    "           'del ' .. string.format('%.0f', version) .. ' '\n"           \
    "           .. ARGV[3])\n"                                               \
    "if version == 0 then\n"                                                 \
    "  return {2, 0}\n"                                                      \
    "end\n"                                                                  \
    "return {1, version}\n"


/*
 * spend: KEYS sums, where to put what is no hash; ARGV node, first and last
 * sequence number, then "gone", or an operation ("add", "sum") with meter,
 * reset_at, spend, total, requests, tokens, last.
 *
 * {-1, mark} where only a part of first … last is new; else {notes, mark} and,
 * for each operation, meter, reset_at, spend, total.
 */

#define LLMGW_REDIS_LUA_SPEND                                                \
    "local function int(s)\n"                                                \
    "  if s and #s < 19\n"                                                   \
    "     and (s == '0' or string.find(s, '^-?[1-9]%d*$'))\n"                \
    "  then\n"                                                               \
    "    return s\n"                                                         \
    "  end\n"                                                                \
    "end\n"                                                                  \
    "local function exact(n)\n"                                              \
    "  return n > -4e15 and n < 4e15\n"                                      \
    "end\n"                                                                  \
    "local names = {'reset_at', 'spend', 'total', 'requests', 'tokens',\n"   \
    "               'last'}\n"                                               \
    "local notes = 0\n"                                                      \
    "local gone = false\n"                                                   \
    "local t = redis.call('TYPE', KEYS[1]).ok\n"                             \
    "if t ~= 'hash' and t ~= 'none' then\n"                                  \
    "  redis.call('RENAME', KEYS[1], KEYS[2])\n"                             \
    "  notes = 1\n"                                                          \
    "end\n"                                                                  \
    "local mark = 'applied:' .. ARGV[1]\n"                                   \
    "local have = tonumber(int(redis.call('HGET', KEYS[1], mark)) or '0')\n" \
    "local first, last = tonumber(ARGV[2]), tonumber(ARGV[3])\n"             \
    "local new = have < last\n"                                              \
    "if new and have >= first then\n"                                        \
    "  return {-1, have}\n"                                                  \
    "end\n"                                                                  \
    "local out = {notes, new and last or have}\n"                            \
    "local i = 4\n"                                                          \
    "while ARGV[i] do\n"                                                     \
    "  local op = ARGV[i]\n"                                                 \
    "  if op == 'gone' then\n"                                               \
    "    if new then\n"                                                      \
    "      for _, f in ipairs(redis.call('HKEYS', KEYS[1])) do\n"            \
    "        if string.sub(f, 1, 8) ~= 'applied:' then\n"                    \
    "          redis.call('HDEL', KEYS[1], f)\n"                             \
    "        end\n"                                                          \
    "      end\n"                                                            \
    "      gone = true\n"                                                    \
    "    end\n"                                                              \
    "    i = i + 1\n"                                                        \
    "  else\n"                                                               \
    "    local meter = ARGV[i + 1]\n"                                        \
    "    local f = {}\n"                                                     \
    "    for n = 1, 6 do\n"                                                  \
    "      f[n] = names[n]\n"                                                \
    "      if meter ~= '' then\n"                                            \
    "        f[n] = f[n] .. ':' .. meter\n"                                  \
    "      end\n"                                                            \
    "    end\n"                                                              \
    "    local v = redis.call('HMGET', KEYS[1], f[1], f[2], f[3], f[4],\n"   \
    "                         f[5], f[6])\n"                                 \
    "    local set = {}\n"                                                   \
    "    for n = 1, 6 do\n"                                                  \
    "      if v[n] and not int(v[n]) then\n"                                 \
    "        notes = 1\n"                                                    \
    "        if new then\n"                                                  \
    "          redis.call('HSET', KEYS[1], 'damaged:' .. f[n], v[n],\n"      \
    "                     f[n], '0')\n"                                      \
    "        end\n"                                                          \
    "      end\n"                                                            \
    "      v[n] = int(v[n]) or '0'\n"                                        \
    "    end\n"                                                              \
    "    if new and op == 'sum' and have > 0 then\n"                         \
    "      notes = 2\n"                                                      \
    "    elseif new then\n"                                                  \
    "      local add = {}\n"                                                 \
    "      local a, b = tonumber(v[1]), tonumber(ARGV[i + 2])\n"             \
    "      if b > a then\n"                                                  \
    "        v[1], v[2] = ARGV[i + 2], '0'\n"                                \
    "        set = {f[1], v[1], f[2], '0'}\n"                                \
    "      end\n"                                                            \
    "      if b >= a then\n"                                                 \
    "        add[1] = 2\n"                                                   \
    "      end\n"                                                            \
    "      for n = 3, 5 do\n"                                                \
    "        add[#add + 1] = n\n"                                            \
    "      end\n"                                                            \
    "      local large = {}\n"                                               \
    "      for _, n in ipairs(add) do\n"                                     \
    "        local x, y = tonumber(v[n]), tonumber(ARGV[i + n + 1])\n"       \
    "        if exact(x) and exact(y) then\n"                                \
    "          v[n] = string.format('%.0f', x + y)\n"                        \
    "          set[#set + 1] = f[n]\n"                                       \
    "          set[#set + 1] = v[n]\n"                                       \
    "        else\n"                                                         \
    "          large[#large + 1] = n\n"                                      \
    "        end\n"                                                          \
    "      end\n"                                                            \
    "      if tonumber(ARGV[i + 7]) > tonumber(v[6]) then\n"                 \
    "        set[#set + 1] = f[6]\n"                                         \
    "        set[#set + 1] = ARGV[i + 7]\n"                                  \
    "      end\n"                                                            \
    "      if #set > 0 then\n"                                               \
    "        redis.call('HSET', KEYS[1], unpack(set))\n"                     \
    "      end\n"                                                            \
    "      for _, n in ipairs(large) do\n"                                   \
    "        redis.call('HINCRBY', KEYS[1], f[n], ARGV[i + n + 1])\n"        \
    "        v[n] = redis.call('HGET', KEYS[1], f[n])\n"                     \
    "      end\n"                                                            \
    "    end\n"                                                              \
    "    out[#out + 1] = meter\n"                                            \
    "    for n = 1, 3 do\n"                                                  \
    "      out[#out + 1] = v[n]\n"                                           \
    "    end\n"                                                              \
    "    i = i + 8\n"                                                        \
    "  end\n"                                                                \
    "end\n"                                                                  \
    "if new then\n"                                                          \
    "  redis.call('HSET', KEYS[1], mark, ARGV[3])\n"                         \
    "  if gone then\n"                                                       \
    "    redis.call('EXPIRE', KEYS[1], 2592000)\n"                           \
    "  end\n"                                                                \
    "end\n"                                                                  \
    "out[1] = notes\n"                                                       \
    "return out\n"


/*
 * mark: KEYS node; ARGV first and last sequence number of a batch, all of whose
 * entities have it.  {0, mark}: there is a gap; {1, mark}.
 */

#define LLMGW_REDIS_LUA_MARK                                                 \
    "local s = redis.call('HGET', KEYS[1], 'applied')\n"                     \
    "local have = 0\n"                                                       \
    "if s and #s < 16 and string.find(s, '^[1-9]%d*$') then\n"               \
    "  have = tonumber(s)\n"                                                 \
    "end\n"                                                                  \
    "if have < tonumber(ARGV[1]) - 1 then\n"                                 \
    "  return {0, have}\n"                                                   \
    "end\n"                                                                  \
    "if tonumber(ARGV[2]) > have then\n"                                     \
    "  redis.call('HSET', KEYS[1], 'applied', ARGV[2])\n"                    \
    "  have = tonumber(ARGV[2])\n"                                           \
    "end\n"                                                                  \
    "return {1, have}\n"


/*
 * export: KEYS stream; ARGV how long it may be, then sequence number and
 * record.  The number is the entry's id: what is there does not go in again.
 */

#define LLMGW_REDIS_LUA_EXPORT                                               \
    "local n = 0\n"                                                          \
    "for i = 2, #ARGV, 2 do\n"                                               \
    "  local r = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1],\n"     \
    "                        ARGV[i] .. '-0', 'record', ARGV[i + 1])\n"      \
    "  if type(r) ~= 'table' or not r.err then\n"                            \
    "    n = n + 1\n"                                                        \
    "  elseif not string.find(r.err, 'equal or smaller', 1, true) then\n"    \
    "    return r\n"                                                         \
    "  end\n"                                                                \
    "end\n"                                                                  \
    "return {1, n}\n"


/*
 * rates: KEYS what was counted in the last minute; ARGV gateway, requests,
 * tokens, in flight.  What others have counted since this gateway last asked
 * and still counts, and what they have under way.  A gateway that has not
 * asked for a minute, or never, is told all that counts.
 *
 * Fields: r:PART and t:PART, of all gateways, in parts of 6 seconds; r and t,
 * ever; of a gateway f:NAME "requests under way, when", s:NAME "r t when".
 */

#define LLMGW_REDIS_LUA_RATES                                                \
    "local t = redis.call('TYPE', KEYS[1]).ok\n"                             \
    "if t ~= 'hash' and t ~= 'none' then\n"                                  \
    "  redis.call('DEL', KEYS[1])\n"                                         \
    "end\n"                                                                  \
    "local now = tonumber(redis.call('TIME')[1])\n"                          \
    "local part = math.floor(now / 6)\n"                                     \
    "local node = ARGV[1]\n"                                                 \
    "local own = {r = tonumber(ARGV[2]), t = tonumber(ARGV[3])}\n"           \
    "local ever = {r = 0, t = 0}\n"                                          \
    "local window = {r = 0, t = 0}\n"                                        \
    "local here = {r = 0, t = 0}\n"                                          \
    "local seen = false\n"                                                   \
    "local flying = 0\n"                                                     \
    "local old = {}\n"                                                       \
    "local function num(s)\n"                                                \
    "  local n = tonumber(s)\n"                                              \
    "  if n and n >= 0 and n < 9e15 then\n"                                  \
    "    return math.floor(n)\n"                                             \
    "  end\n"                                                                \
    "  return 0\n"                                                           \
    "end\n"                                                                  \
    "local all = redis.call('HGETALL', KEYS[1])\n"                           \
    "for i = 1, #all, 2 do\n"                                                \
    "  local f, v = all[i], all[i + 1]\n"                                    \
    "  local what, name = string.match(f, '^([rtfs]):(.*)$')\n"              \
    "  if f == 'r' or f == 't' then\n"                                       \
    "    ever[f] = num(v)\n"                                                 \
    "  elseif what == 'r' or what == 't' then\n"                             \
    "    local p = num(name)\n"                                              \
    "    if p > part or p <= part - 11 then\n"                               \
    "      old[#old + 1] = f\n"                                              \
    "    else\n"                                                             \
    "      window[what] = window[what] + num(v)\n"                           \
    "      if p == part then\n"                                              \
    "        here[what] = num(v)\n"                                          \
    "      end\n"                                                            \
    "    end\n"                                                              \
    "  elseif what == 'f' then\n"                                            \
    "    local n, at = string.match(v, '^(%d+) (%d+)$')\n"                   \
    "    if not n or num(at) < now - 60 or num(at) > now + 60 then\n"        \
    "      old[#old + 1] = f\n"                                              \
    "    elseif name ~= node then\n"                                         \
    "      flying = flying + num(n)\n"                                       \
    "    end\n"                                                              \
    "  elseif what == 's' then\n"                                            \
    "    local r, t, at = string.match(v, '^(%d+) (%d+) (%d+)$')\n"          \
    "    if not r or num(at) < now - 60 or num(at) > now + 60 then\n"        \
    "      old[#old + 1] = f\n"                                              \
    "    elseif name == node then\n"                                         \
    "      seen = {r = num(r), t = num(t)}\n"                                \
    "    end\n"                                                              \
    "  else\n"                                                               \
    "    old[#old + 1] = f\n"                                                \
    "  end\n"                                                                \
    "end\n"                                                                  \
    "for i = 1, #old do\n"                                                   \
    "  redis.call('HDEL', KEYS[1], old[i])\n"                                \
    "end\n"                                                                  \
    "local others = {}\n"                                                    \
    "local set = {}\n"                                                       \
    "for _, w in ipairs({'r', 't'}) do\n"                                    \
    "  others[w] = window[w]\n"                                              \
    "  if seen then\n"                                                       \
    "    others[w] = math.max(0, math.min(window[w], ever[w] - seen[w]))\n"  \
    "  end\n"                                                                \
    "  ever[w] = ever[w] + own[w]\n"                                         \
    "  set[#set + 1] = w\n"                                                  \
    "  set[#set + 1] = string.format('%.0f', ever[w])\n"                     \
    "  if own[w] > 0 then\n"                                                 \
    "    set[#set + 1] = w .. ':' .. string.format('%.0f', part)\n"          \
    "    set[#set + 1] = string.format('%.0f', here[w] + own[w])\n"          \
    "  end\n"                                                                \
    "end\n"                                                                  \
    "local at = string.format(' %.0f', now)\n"                               \
    "set[#set + 1] = 's:' .. node\n"                                         \
    "set[#set + 1] = string.format('%.0f %.0f', ever.r, ever.t) .. at\n"     \
    "if ARGV[4] == '0' then\n"                                               \
    "  redis.call('HDEL', KEYS[1], 'f:' .. node)\n"                          \
    "else\n"                                                                 \
    "  set[#set + 1] = 'f:' .. node\n"                                       \
    "  set[#set + 1] = ARGV[4] .. at\n"                                      \
    "end\n"                                                                  \
    "redis.call('HSET', KEYS[1], unpack(set))\n"                             \
    "redis.call('EXPIRE', KEYS[1], 120)\n"                                   \
    "return {others.r, others.t, flying}\n"


/*
 * day: KEYS day; ARGV node, first and last sequence number, seconds it is kept
 * (0: for ever), groups it may have, and for each group its name, the name
 * that is taken when there are too many, and seven numbers.  {0, mark} where
 * only a part of first … last is new; {1, mark}.
 */

#define LLMGW_REDIS_LUA_DAY                                                  \
    "local mark = 'applied:' .. ARGV[1]\n"                                   \
    "local first, last = tonumber(ARGV[2]), tonumber(ARGV[3])\n"             \
    "local keep, most = tonumber(ARGV[4]), tonumber(ARGV[5])\n"              \
    "local s = redis.call('HGET', KEYS[1], mark)\n"                          \
    "local have = 0\n"                                                       \
    "if s and #s < 16 and string.find(s, '^[1-9]%d*$') then\n"               \
    "  have = tonumber(s)\n"                                                 \
    "end\n"                                                                  \
    "if have >= last then\n"                                                 \
    "  return {1, have}\n"                                                   \
    "end\n"                                                                  \
    "if have >= first then\n"                                                \
    "  return {0, have}\n"                                                   \
    "end\n"                                                                  \
    "local n = redis.call('HLEN', KEYS[1])\n"                                \
    "for i = 6, #ARGV, 9 do\n"                                               \
    "  local f = ARGV[i]\n"                                                  \
    "  local v = redis.call('HGET', KEYS[1], f)\n"                           \
    "  if not v and n >= most and f ~= ARGV[i + 1] then\n"                   \
    "    f = ARGV[i + 1]\n"                                                  \
    "    v = redis.call('HGET', KEYS[1], f)\n"                               \
    "  end\n"                                                                \
    "  if not v then\n"                                                      \
    "    n = n + 1\n"                                                        \
    "  end\n"                                                                \
    "  local k = 0\n"                                                        \
    "  local sum = {}\n"                                                     \
    "  for w in string.gmatch(v or '', '%S+') do\n"                          \
    "    k = k + 1\n"                                                        \
    "    sum[k] = tonumber(string.match(w, '^%d+$') or '0')\n"               \
    "  end\n"                                                                \
    "  local out = {}\n"                                                     \
    "  for k = 1, 7 do\n"                                                    \
    "    local x = (sum[k] or 0) + tonumber(ARGV[i + 1 + k])\n"              \
    "    out[k] = string.format('%.0f', math.max(0, math.min(x, 9e15)))\n"   \
    "  end\n"                                                                \
    "  redis.call('HSET', KEYS[1], f, table.concat(out, ' '))\n"             \
    "end\n"                                                                  \
    "redis.call('HSET', KEYS[1], mark, ARGV[3])\n"                           \
    "if keep > 0 then\n"                                                     \
    "  redis.call('EXPIRE', KEYS[1], ARGV[4])\n"                             \
    "end\n"                                                                  \
    "return {1, last}\n"


static const llmgw_str_t  llmgw_redis_scripts[LLMGW_REDIS_SCRIPTS] = {
    llmgw_string(LLMGW_REDIS_LUA_PUT),
    llmgw_string(LLMGW_REDIS_LUA_DEL),
    llmgw_string(LLMGW_REDIS_LUA_SPEND),
    llmgw_string(LLMGW_REDIS_LUA_MARK),
    llmgw_string(LLMGW_REDIS_LUA_EXPORT),
    llmgw_string(LLMGW_REDIS_LUA_RATES),
    llmgw_string(LLMGW_REDIS_LUA_DAY)
};


llmgw_str_t
llmgw_redis_script(llmgw_redis_script_e script)
{
    return llmgw_redis_scripts[script];
}
