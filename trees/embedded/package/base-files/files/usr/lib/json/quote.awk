# $JSON_TEXT as a JSON string. With parse.awk.
BEGIN { printf "%s", json_quote(ENVIRON["JSON_TEXT"]) }
