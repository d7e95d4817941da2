package Kconfig;

# A subset of Kconfig: enough for the tree's Config.in and for the "config"
# fragments of packages.
#
# Understood: config, menuconfig, bool, tristate, string, int, hex, prompt,
# default … if …, def_bool, depends on, select … if …, imply, if/endif,
# menu/endmenu, choice/endchoice, comment, source (with a pattern; a file that
# does not exist is nothing), help. Expressions: ! && || = != < > <= >= ( ).
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(load_kconfig evaluate render_config recursive_dependencies);

my %LEVEL = (n => 0, m => 1, y => 2);
my @LETTER = qw(n m y);

# {symbols => {NAME => SYMBOL}, entries => [in file order], choices => [...]}
# SYMBOL: name type place prompts[[text, condition]] defaults[[expression, condition]]
#   selects[[name, condition]] depends[expression…] choice
sub load_kconfig {
	my ($path) = @_;
	my $tree = { symbols => {}, entries => [], choices => [] };
	parse_file($tree, $path, { depends => [], choice => undef });
	return $tree;
}

sub parse_file {
	my ($tree, $path, $scope) = @_;
	open my $file, '<', $path or return;
	my @lines = <$file>;
	my @stack = ($scope);
	my ($current, $help_indent);
	my $number = 0;
	while ($number < @lines) {
		my $line = $lines[$number++];
		$line =~ s/\r?\n\z//;
		$line =~ s/\t/        /g;
		while ($line =~ s/\\\z// && $number < @lines) { $line .= $lines[$number++] =~ s/\r?\n\z//r }
		if (defined $help_indent) {
			next if $line =~ /^\s*\z/;
			my ($indent) = $line =~ /^(\s*)/;
			if (length $indent >= ($help_indent || length $indent || 1) && length $indent > 0) {
				$help_indent ||= length $indent;
				next;
			}
			undef $help_indent;
		}
		next if $line =~ /^\s*(?:#.*)?\z/;
		my ($word, $rest) = $line =~ /^\s*(\S+)\s*(.*?)\s*\z/;
		my $place = "$path:$number";
		if ($word eq 'config' || $word eq 'menuconfig') {
			$current = symbol($tree, $rest, $place);
			push @{ $current->{depends} }, map { @{ $_->{depends} } } @stack;
			$current->{choice} = $stack[-1]{choice} if $stack[-1]{choice};
			push @{ $stack[-1]{choice}{members} }, $current->{name} if $stack[-1]{choice};
			push @{ $tree->{entries} }, ['symbol', $current->{name}];
		}
		elsif ($word eq 'menu' || $word eq 'if') {
			push @stack, { depends => $word eq 'if' ? [expression($rest)] : [], kind => $word };
			$current = $word eq 'menu' ? $stack[-1] : undef;
			push @{ $tree->{entries} }, ['menu', unquote($rest)] if $word eq 'menu';
			$stack[-1]{title} = unquote($rest);
		}
		elsif ($word eq 'choice') {
			my $choice = { members => [], defaults => [], depends => [], prompts => [], selects => [] };
			push @{ $tree->{choices} }, $choice;
			push @stack, { depends => $choice->{depends}, choice => $choice, kind => 'choice' };
			$current = $choice;
		}
		elsif ($word =~ /^end(?:menu|if|choice)\z/) {
			my $left = pop @stack if @stack > 1;
			push @{ $tree->{entries} }, ['endmenu', $left->{title}] if $word eq 'endmenu' && $left;
			undef $current;
		}
		elsif ($word eq 'source' || $word eq 'rsource') {
			my @files = sort glob unquote($rest);
			my $inside = { depends => [map { @{ $_->{depends} } } @stack], choice => $stack[-1]{choice} };
			parse_file($tree, $_, $inside) for @files;
			undef $current;
		}
		elsif ($word eq 'help' || $word eq '---help---') { $help_indent = 0 }
		elsif ($word eq 'mainmenu') { $tree->{title} = unquote($rest) }
		elsif ($word eq 'comment') { $current = { depends => [], defaults => [], prompts => [], selects => [] } }
		elsif ($current) { attribute($current, $word, $rest, $place) }
		elsif (!grep { $word eq $_ } qw(visible optional modules option)) {
			print STDERR "$place: unknown statement \"$word\"\n";
		}
	}
}

sub symbol {
	my ($tree, $name, $place) = @_;
	return $tree->{symbols}{$name} ||= {
		name => $name, type => 'bool', place => $place,
		prompts => [], defaults => [], selects => [], implies => [], depends => [],
	};
}

sub attribute {
	my ($current, $word, $rest, $place) = @_;
	my ($body, $condition) = split_condition($rest);
	if ($word =~ /^(?:bool|boolean|tristate|string|int|hex)\z/) {
		$current->{type} = $word eq 'boolean' ? 'bool' : $word;
		push @{ $current->{prompts} }, [unquote($body), $condition] if length $body && unquote($body) ne '';
	}
	elsif ($word eq 'prompt') { push @{ $current->{prompts} }, [unquote($body), $condition] }
	elsif ($word eq 'default') { push @{ $current->{defaults} }, [expression($body), $condition] }
	elsif ($word =~ /^def_(bool|tristate)\z/) {
		$current->{type} = $1;
		push @{ $current->{defaults} }, [expression($body), $condition];
	}
	elsif ($word eq 'select') { push @{ $current->{selects} }, [$body, $condition] }
	elsif ($word eq 'imply') { push @{ $current->{implies} }, [$body, $condition] }
	elsif ($word eq 'depends') { push @{ $current->{depends} }, expression($rest =~ s/^on\s+//r) }
	elsif (!grep { $word eq $_ } qw(visible optional modules option range)) {
		print STDERR "$place: unknown option \"$word\"\n";
	}
	return;
}

# "VALUE if CONDITION": the word "if" inside quotes is text.
sub split_condition {
	my ($text) = @_;
	if ($text =~ /^((?:"(?:\\.|[^"\\])*"|[^"])*?)\s*(?:^|\s)if\s+([^"]+(?:"[^"]*"[^"]*)*)\z/s) {
		return ($1, expression($2));
	}
	return ($text, undef);
}

sub unquote {
	my ($text) = @_;
	$text =~ s/\\(.)/$1/g if $text =~ s/^"(.*)"\z/$1/s or $text =~ s/^'(.*)'\z/$1/s;
	return $text;
}

# Expressions become nested lists: ['or', a, b], ['and', a, b], ['not', a],
# ['compare', '=', a, b], ['symbol', NAME], ['text', …].
sub expression {
	my ($text) = @_;
	my @tokens = $text =~ /\G\s*("(?:\\.|[^"\\])*"|'[^']*'|&&|\|\||!=|<=|>=|[!=<>()]|[^\s!=<>()&|"']+)/g;
	my $tree = parse_or(\@tokens);
	return $tree // ['text', 'n'];
}

sub parse_or {
	my ($tokens) = @_;
	my $left = parse_and($tokens);
	while (@$tokens && $tokens->[0] eq '||') {
		shift @$tokens;
		$left = ['or', $left, parse_and($tokens)];
	}
	return $left;
}

sub parse_and {
	my ($tokens) = @_;
	my $left = parse_not($tokens);
	while (@$tokens && $tokens->[0] eq '&&') {
		shift @$tokens;
		$left = ['and', $left, parse_not($tokens)];
	}
	return $left;
}

sub parse_not {
	my ($tokens) = @_;
	my $token = shift @$tokens // return ['text', 'n'];
	return ['not', parse_not($tokens)] if $token eq '!';
	my $left;
	if ($token eq '(') {
		$left = parse_or($tokens);
		shift @$tokens if @$tokens && $tokens->[0] eq ')';
		return $left;
	}
	$left = leaf($token);
	if (@$tokens && $tokens->[0] =~ /^(?:=|!=|<|>|<=|>=)\z/) {
		my $operator = shift @$tokens;
		return ['compare', $operator, $left, leaf(shift @$tokens // 'n')];
	}
	return $left;
}

sub leaf {
	my ($token) = @_;
	return ['text', unquote($token)] if $token =~ /^["']/;
	return ['text', $token] if $token =~ /^(?:y|m|n|-?\d+|0x[0-9a-fA-F]+)\z/;
	return ['symbol', $token];
}

# {NAME => {value, written}} for what the user wants ({NAME => value}).
# Unknown names are dropped; what cannot be is lowered; nothing is said.
sub evaluate {
	my ($tree, $user) = @_;
	my $state = { tree => $tree, user => $user, memo => {}, reverse => {}, implied => {} };
	for my $symbol (map { $tree->{symbols}{$_} } sort keys %{ $tree->{symbols} }) {
		for my $kind (['selects', 'reverse'], ['implies', 'implied']) {
			push @{ $state->{ $kind->[1] }{ $_->[0] } }, [$symbol, $_->[1]] for @{ $symbol->{ $kind->[0] } };
		}
	}
	# In file order: where symbols go in a circle, the order decides.
	my @names = map { $_->[1] } grep { $_->[0] eq 'symbol' } @{ $tree->{entries} };
	return { map { $_ => value_of($state, $_) } @names };
}

sub value_of {
	my ($state, $name) = @_;
	return $state->{memo}{$name} if $state->{memo}{$name};
	my $symbol = $state->{tree}{symbols}{$name} or return { value => 'n', written => 0, undefined => 1 };
	# Asked for while it is being found out, a symbol counts as n, as in Kconfig.
	$state->{memo}{$name} = { value => 'n', written => 0 };
	return $state->{memo}{$name} = $symbol->{type} =~ /^(?:bool|tristate)\z/ ? tristate_value($state, $symbol) : text_value($state, $symbol);
}

sub dependency_level {
	my ($state, $symbol) = @_;
	my $level = 2;
	for my $expression (@{ $symbol->{depends} }) {
		$level = minimum($level, level_of($state, $expression));
		last if $level == 0;
	}
	return $level;
}

sub visibility {
	my ($state, $symbol, $dependencies) = @_;
	my $best = 0;
	for my $prompt (@{ $symbol->{prompts} }) {
		my $level = minimum($dependencies, defined $prompt->[1] ? level_of($state, $prompt->[1]) : 2);
		$best = $level if $level > $best;
	}
	$best = 2 if $best == 1 && $symbol->{type} eq 'bool';
	return $best;
}

sub tristate_value {
	my ($state, $symbol) = @_;
	my $dependencies = dependency_level($state, $symbol);
	my $visible = visibility($state, $symbol, $dependencies);
	my $user = $state->{user}{ $symbol->{name} };
	my ($level, $written) = (0, $visible > 0);
	if ($symbol->{choice}) {
		return choice_value($state, $symbol, $visible);
	}
	if ($visible && defined $user && exists $LEVEL{$user}) {
		$level = minimum($LEVEL{$user}, $visible);
	}
	else {
		$level = minimum(default_level($state, $symbol), $dependencies);
		$level = maximum($level, minimum(pulled_level($state, $symbol, 'implied'), $dependencies));
		$written = 1 if $level > 0;
	}
	my $pulled = pulled_level($state, $symbol, 'reverse');
	$written = 1 if $pulled > 0;
	$level = maximum($level, $pulled);
	$level = 2 if $level == 1 && $symbol->{type} eq 'bool';
	return { value => $LETTER[$level], written => $written };
}

sub default_level {
	my ($state, $symbol) = @_;
	for my $default (@{ $symbol->{defaults} }) {
		my $condition = defined $default->[1] ? level_of($state, $default->[1]) : 2;
		next unless $condition;
		return minimum(level_of($state, $default->[0]), $condition);
	}
	return 0;
}

sub pulled_level {
	my ($state, $symbol, $kind) = @_;
	my $best = 0;
	for my $pull (@{ $state->{$kind}{ $symbol->{name} } || [] }) {
		my ($by, $condition) = @$pull;
		my $level = $LEVEL{ value_of($state, $by->{name})->{value} } // 0;
		next unless $level > $best;
		$level = minimum($level, level_of($state, $condition)) if defined $condition;
		$best = $level if $level > $best;
		last if $best == 2;
	}
	return $best;
}

# Exactly one member is y: the user's, else the default's, else the first.
sub choice_value {
	my ($state, $symbol, $visible) = @_;
	my $choice = $symbol->{choice};
	my @open = grep {
		my $member = $state->{tree}{symbols}{$_};
		visibility($state, $member, dependency_level($state, $member));
	} @{ $choice->{members} };
	my ($winner) = grep { ($state->{user}{$_} // '') eq 'y' } reverse @open;
	if (!defined $winner) {
		my %is_open = map { $_ => 1 } @open;
		for my $default (@{ $choice->{defaults} }) {
			next if defined $default->[1] && !level_of($state, $default->[1]);
			($winner) = grep { $is_open{$_} } $default->[0][1];
			last if defined $winner;
		}
		$winner //= $open[0];
	}
	my $is_winner = defined $winner && $winner eq $symbol->{name};
	return { value => $is_winner ? 'y' : 'n', written => $visible > 0 };
}

sub text_value {
	my ($state, $symbol) = @_;
	my $dependencies = dependency_level($state, $symbol);
	my $visible = visibility($state, $symbol, $dependencies);
	my $user = $state->{user}{ $symbol->{name} };
	if ($visible && defined $user && fits($symbol->{type}, $user)) {
		return { value => $user, written => 1 };
	}
	for my $default (@{ $symbol->{defaults} }) {
		next unless $dependencies;
		next if defined $default->[1] && !level_of($state, $default->[1]);
		return { value => text_of($state, $default->[0]), written => 1 };
	}
	return { value => '', written => $visible > 0 };
}

sub fits {
	my ($type, $value) = @_;
	return $value =~ /^-?\d+\z/ if $type eq 'int';
	return $value =~ /^(?:0x)?[0-9a-fA-F]+\z/ if $type eq 'hex';
	return 1;
}

sub level_of {
	my ($state, $node) = @_;
	my ($kind) = @$node;
	return maximum(level_of($state, $node->[1]), level_of($state, $node->[2])) if $kind eq 'or';
	if ($kind eq 'and') {
		my $left = level_of($state, $node->[1]);
		return $left ? minimum($left, level_of($state, $node->[2])) : 0;
	}
	return 2 - level_of($state, $node->[1]) if $kind eq 'not';
	return compare($state, @$node[1 .. 3]) ? 2 : 0 if $kind eq 'compare';
	return $LEVEL{ text_of($state, $node) } // 0;
}

sub compare {
	my ($state, $operator, $left, $right) = @_;
	my ($one, $two) = map { text_of($state, $_) } $left, $right;
	return $one eq $two if $operator eq '=';
	return $one ne $two if $operator eq '!=';
	my $order = exists $LEVEL{$one} && exists $LEVEL{$two} ? $LEVEL{$one} <=> $LEVEL{$two}
		: "$one$two" =~ /^[-\d]+\z/ && length $one && length $two ? $one <=> $two
		: $one cmp $two;
	return $operator eq '<' ? $order < 0 : $operator eq '>' ? $order > 0 : $operator eq '<=' ? $order <= 0 : $order >= 0;
}

sub text_of {
	my ($state, $node) = @_;
	return $node->[1] if $node->[0] eq 'text';
	return $LETTER[level_of($state, $node)] if $node->[0] ne 'symbol';
	my $value = value_of($state, $node->[1]);
	return $value->{undefined} ? 'n' : $value->{value};
}

sub minimum { return $_[0] < $_[1] ? $_[0] : $_[1] }
sub maximum { return $_[0] > $_[1] ? $_[0] : $_[1] }

# The text of .config.
sub render_config {
	my ($tree, $values) = @_;
	my $text = "#\n# Automatically generated file; DO NOT EDIT.\n# " . ($tree->{title} // 'Configuration') . "\n#\n";
	my (%done, @menus);
	for my $entry (@{ $tree->{entries} }) {
		my ($kind, $name) = @$entry;
		if ($kind eq 'menu') { $text .= "\n#\n# $name\n#\n"; next }
		if ($kind eq 'endmenu') { $text .= "# end of $name\n"; next }
		next if $done{$name}++;
		my $value = $values->{$name};
		next unless $value->{written};
		$text .= config_line($tree->{symbols}{$name}, $value->{value}) . "\n";
	}
	return $text;
}

sub config_line {
	my ($symbol, $value) = @_;
	if ($symbol->{type} =~ /^(?:bool|tristate)\z/) {
		return $value eq 'n' ? "# CONFIG_$symbol->{name} is not set" : "CONFIG_$symbol->{name}=$value";
	}
	return "CONFIG_$symbol->{name}=\"" . ($value =~ s/(["\\])/\\$1/gr) . '"' if $symbol->{type} eq 'string';
	return "CONFIG_$symbol->{name}=$value";
}

# Circles of "depends on" and "select", each as the lines Kconfig prints for it.
sub recursive_dependencies {
	my ($tree) = @_;
	my (%leads, %colour, @reports);
	for my $symbol (values %{ $tree->{symbols} }) {
		my %seen;
		for my $expression (@{ $symbol->{depends} }, map { @$_ } @{ $symbol->{defaults} }) {
			$leads{ $symbol->{name} }{$_} ||= 'depends on' for names_in($expression);
		}
		for my $select (@{ $symbol->{selects} }) {
			$leads{ $select->[0] }{$_} = 'is selected by' for $symbol->{name}, defined $select->[1] ? names_in($select->[1]) : ();
		}
	}
	my (@path, $visit);
	$visit = sub {
		my ($name) = @_;
		$colour{$name} = 1;
		push @path, $name;
		for my $next (sort keys %{ $leads{$name} || {} }) {
			next unless $tree->{symbols}{$next};
			if (!$colour{$next}) { $visit->($next) }
			elsif ($colour{$next} == 1) {
				my ($from) = grep { $path[$_] eq $next } 0 .. $#path;
				push @reports, circle_report($tree, \%leads, @path[$from .. $#path], $next);
			}
		}
		pop @path;
		$colour{$name} = 2;
	};
	for my $name (sort keys %{ $tree->{symbols} }) {
		$visit->($name) unless $colour{$name};
	}
	return @reports;
}

sub circle_report {
	my ($tree, $leads, @circle) = @_;
	my $place = $tree->{symbols}{ $circle[0] }{place};
	my $text = "$place:error: recursive dependency detected!\n";
	for my $index (0 .. $#circle - 1) {
		my ($from, $to) = @circle[$index, $index + 1];
		$text .= "$tree->{symbols}{$from}{place}:\tsymbol $from $leads->{$from}{$to} $to\n";
	}
	return $text;
}

sub names_in {
	my ($node) = @_;
	return unless ref $node;
	return $node->[1] if $node->[0] eq 'symbol';
	return map { names_in($_) } grep { ref } @$node[1 .. $#$node];
}

1;
