
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 */


#include <math.h>

#include "test.h"
#include "llmgw_json.h"


static void
test_number_int(void)
{
    size_t       i;
    int64_t      v;
    llmgw_int_t  rc;
    llmgw_str_t  s;

    static u_char  buf[10003];

    static const struct {
        llmgw_str_t  text;
        llmgw_int_t  rc;
        int64_t      value;
    } rows[] = {
        { llmgw_string("0"), LLMGW_OK, 0 },
        { llmgw_string("-0"), LLMGW_OK, 0 },
        { llmgw_string("7"), LLMGW_OK, 7 },
        { llmgw_string("-7"), LLMGW_OK, -7 },
        { llmgw_string("9223372036854775807"), LLMGW_OK, INT64_MAX },
        { llmgw_string("-9223372036854775807"), LLMGW_OK, -INT64_MAX },
        { llmgw_string("-9223372036854775808"), LLMGW_OK, INT64_MIN },
        { llmgw_string("9223372036854775808"), LLMGW_DECLINED, 0 },
        { llmgw_string("-9223372036854775809"), LLMGW_DECLINED, 0 },
        { llmgw_string("18446744073709551616"), LLMGW_DECLINED, 0 },
        { llmgw_string("18446744073709551617"), LLMGW_DECLINED, 0 },
        { llmgw_string("99999999999999999999999999"), LLMGW_DECLINED, 0 },

        { llmgw_string("1.0"), LLMGW_OK, 1 },
        { llmgw_string("-1.0"), LLMGW_OK, -1 },
        { llmgw_string("0.0"), LLMGW_OK, 0 },
        { llmgw_string("-0.0"), LLMGW_OK, 0 },
        { llmgw_string("1.000000000000000000000000000000"), LLMGW_OK, 1 },
        { llmgw_string("16384.0"), LLMGW_OK, 16384 },
        { llmgw_string("1e3"), LLMGW_OK, 1000 },
        { llmgw_string("1E+3"), LLMGW_OK, 1000 },
        { llmgw_string("1.5e3"), LLMGW_OK, 1500 },
        { llmgw_string("-1.25e2"), LLMGW_OK, -125 },
        { llmgw_string("1200e-2"), LLMGW_OK, 12 },
        { llmgw_string("120.00e-1"), LLMGW_OK, 12 },
        { llmgw_string("0.001e3"), LLMGW_OK, 1 },
        { llmgw_string("1e18"), LLMGW_OK, 1000000000000000000 },
        { llmgw_string("1e19"), LLMGW_DECLINED, 0 },
        { llmgw_string("0e999999999999999999999"), LLMGW_OK, 0 },
        { llmgw_string("0.000e-99999999999999999"), LLMGW_OK, 0 },
        { llmgw_string("1e400"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e-400"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e99999999999999999999999"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e18446744073709551616"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e-99999999999999999999999"), LLMGW_DECLINED, 0 },
        { llmgw_string("9007199254740993.0"), LLMGW_OK, 9007199254740993 },
        { llmgw_string("9223372036854775807.0"), LLMGW_OK, INT64_MAX },
        { llmgw_string("922337203685477580.7e1"), LLMGW_OK, INT64_MAX },
        { llmgw_string("9223372036854775808.0"), LLMGW_DECLINED, 0 },

        { llmgw_string("1.5"), LLMGW_DECLINED, 0 },
        { llmgw_string("0.1"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e-1"), LLMGW_DECLINED, 0 },
        { llmgw_string("1.0000000000000000000000000000001"),
          LLMGW_DECLINED, 0 },
        { llmgw_string("9007199254740991.4"), LLMGW_DECLINED, 0 },
        { llmgw_string("9007199254740992.5"), LLMGW_DECLINED, 0 },

        /* what is no number at all */
        { llmgw_string(""), LLMGW_DECLINED, 0 },
        { llmgw_string("-"), LLMGW_DECLINED, 0 },
        { llmgw_string("x"), LLMGW_DECLINED, 0 },
        { llmgw_string("1x"), LLMGW_DECLINED, 0 },
        { llmgw_string("-x"), LLMGW_DECLINED, 0 },
        { llmgw_string("1.2.3"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e"), LLMGW_DECLINED, 0 },
        { llmgw_string("0e"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e+"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e5x"), LLMGW_DECLINED, 0 },
        { llmgw_string("1e!!!!!!!!!!!!!!!!!!!!!!!!!"), LLMGW_DECLINED, 0 },
        { llmgw_string("1f3"), LLMGW_DECLINED, 0 },
        { llmgw_string("null"), LLMGW_DECLINED, 0 },
        { llmgw_string("\"1\""), LLMGW_DECLINED, 0 },
        { llmgw_string("{}"), LLMGW_DECLINED, 0 }
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("number: integer %.*s", test_arg(rows[i].text));

        s = llmgw_str(test_guard(rows[i].text), rows[i].text.len);
        v = 4242;
        rc = llmgw_json_int(s, &v);

        check_int(rc, rows[i].rc);
        check_int(v, rows[i].rc == LLMGW_OK ? rows[i].value : 4242);
    }

    test_case("number: an integer of 10,000 digits");

    memset(buf, '0', sizeof(buf));
    buf[0] = '1';

    check_int(llmgw_json_int(llmgw_str(buf, 10000), &v), LLMGW_DECLINED);

    memcpy(buf + 9997, "e-990", 5);
    check_int(llmgw_json_int(llmgw_str(buf, 10002), &v), LLMGW_DECLINED);

    memcpy(buf + 9997, "e-9990", 6);
    check_int(llmgw_json_int(llmgw_str(buf, 10003), &v), LLMGW_OK);
    check_int(v, 1000000);
}


static void
test_number_double(void)
{
    size_t       i, n;
    char         buf[1200], *p;
    double       d;
    llmgw_str_t  s;

    static const char  *rows[] = {
        "0", "-0", "1", "-1", "0.1", "-0.1", "1e0", "1.5e300", "1e308",
        "1.7976931348623157e308", "2.2250738585072014e-308", "5e-324",
        "2e-324", "1e-400", "123456789012345678901234567890",
        "0.30000000000000004", "9007199254740993", "3.14159265358979323846",
        "0.000000000000000000000000000000000000000000000000000000000000012345",
        "100000000000000000000000000000000000000000000000000000000000000000000",
        "-1.23456789012345678901234567890123456789012345678901234567890e-5",
        "123456789012345678901234567890123456789012345678901234567890.5e-40",
        "0.0000000000000000000000000000000000000000000000000000000000000000e9",
        "99999999999999999999999999999999999999999999999999999999999999e-61",
        "4.9406564584124654417656879286822137236505980261432476442558568e-324"
    };

    for (i = 0; i < llmgw_nelts(rows); i++) {

        test_case("number: double %s", rows[i]);

        s = llmgw_str(test_guard(test_cstr(rows[i])), strlen(rows[i]));
        d = llmgw_json_double(s);

        check(d == strtod(rows[i], NULL));
        check(signbit(d) == signbit(strtod(rows[i], NULL)));
    }

    test_case("number: doubles too large");

    check(isinf(llmgw_json_double(llmgw_lit("1e400"))));
    check(isinf(llmgw_json_double(llmgw_lit("-1e99999999999999999999"))));
    check(llmgw_json_double(llmgw_lit("1e-99999999999999999999")) == 0);
    check(llmgw_json_double(llmgw_lit("0e99999999999999999999")) == 0);

    test_case("number: doubles of many digits");

    for (n = 50; n < 1000; n += 37) {

        for (p = buf, i = 0; i < n; i++) {
            *p++ = (char) ('1' + (i * 7 + n) % 9);

            if (i == n / 3) {
                *p++ = '.';
            }
        }

        p += sprintf(p, "e-%zu", n / 2);

        test_at("%zu digits", n);
        check(llmgw_json_double(llmgw_str((u_char *) buf, p - buf))
              == strtod(buf, NULL));
    }

    test_case("number: an exponent that undoes the zeros");

    memset(buf, '0', 1100);
    memcpy(buf, "0.", 2);
    memcpy(buf + 1000, "25e999", 7);
    check(llmgw_json_double(llmgw_str((u_char *) buf, 1006)) == 2.5);
}


void
test_number(void)
{
    test_number_int();
    test_number_double();
}
