#!/bin/sh
# apply-patch.sh DIR PATCH: applies it, and says whose fault it is when it does not apply.
echo "Applying $2 using plaintext: "
if ! patch -f -p1 -d "$1" < "$2"; then
	echo "Patch failed!  Please fix $2!"
	exit 1
fi
