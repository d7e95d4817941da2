package PackageConfig;

# The packages as Kconfig symbols: tmp/.config-package.in.
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(package_kconfig);

# $defaults: names that are y unless told otherwise (the target's own list).
sub package_kconfig {
	my ($info, $defaults) = @_;
	my (%category, $text);
	for my $package (values %{ $info->{packages} }) {
		next if $package->{buildonly};
		push @{ $category{ $package->{category} // 'Extra packages' }{ $package->{submenu} // '' } }, $package;
	}
	$text = '';
	my %first = ('Base system' => 1);
	for my $name (sort { ($first{$b} // 0) <=> ($first{$a} // 0) or uc $a cmp uc $b } keys %category) {
		$text .= "menu \"$name\"\n\n";
		for my $submenu (sort { ($a eq '') <=> ($b eq '') or $a cmp $b } keys %{ $category{$name} }) {
			my @packages = sort { $a->{name} cmp $b->{name} } @{ $category{$name}{$submenu} };
			$text .= "menu \"$submenu\"\n" if length $submenu;
			$text .= join '', map { one_package($info, $defaults, $_) } @packages;
			$text .= "endmenu\n" if length $submenu;
		}
		$text .= "endmenu\n\n";
	}
	return $text;
}

sub one_package {
	my ($info, $defaults, $package) = @_;
	my $name = $package->{name};
	my $prompt = $package->{hidden} ? '' : ' "' . ("$name: $package->{title}" =~ s/(["\\])/\\$1/gr) . '"';
	my $text = ($package->{menu} ? 'menu' : '') . "config PACKAGE_$name\n\ttristate$prompt\n";
	$text .= "\tdefault y\n" if $defaults->{$name};
	if (defined $package->{default}) {
		$text .= "\tdefault $_\n" for split /\s*,\s*/, $package->{default};
	}
	elsif (!$package->{hidden}) {
		$text .= "\tdefault m if ALL" . ($name =~ /^kmod-/ ? '||ALL_KMODS' : '') . "\n";
	}
	$text .= "\t$_\n" for dependency_lines($info, $package);
	for my $other (@{ $package->{conflicts} }) {
		$text .= "\tdepends on m || (PACKAGE_$other != y)\n" if $info->{packages}{$other};
	}
	$text .= "\n";
	$text .= "$package->{config}\n" if length $package->{config};
	return $text;
}

# DEPENDS as Kconfig. A selected package's own conditions are conditions of
# whoever selects it: "select" alone would not look at them.
sub dependency_lines {
	my ($info, $package) = @_;
	my (%line, @order);
	my $note = sub { push @order, $_[0] unless $line{ $_[0] }++ };
	my %visited;
	collect($info, $package->{name}, [@{ $package->{depends} }, @{ $package->{mdepends} }], undef, 0, $note, \%visited);
	return @order;
}

sub collect {
	my ($info, $self, $words, $outer, $inherited, $note, $visited) = @_;
	for my $original (@$words) {
		my $word = $original;
		my $flags = $word =~ s/^([+@]+)// ? $1 : '';
		my $condition = $outer;
		if ($word =~ /^(.+):(.+)\z/s) {
			my ($own, $rest) = ($1, $2);
			$condition = defined $outer ? "($outer) && ($own)" : $own unless $own eq "PACKAGE_$self";
			$word = $rest;
		}
		# "+COND:@SYM" carries its mark after the condition.
		$flags .= '@' if $word =~ s/^@//;
		next if $visited->{ ($condition // '') . "|$flags|$word" }++;
		if ($flags =~ /\@/) {
			next if $inherited && $flags =~ /\+/;
			$note->($flags =~ /\+/ ? with_if("select $word", $condition) : depends_on($word, $condition));
		}
		elsif ($flags =~ /\+/) {
			selected($info, $self, $word, $condition, $inherited, $note, $visited);
		}
		else {
			my @providers = map { "PACKAGE_$_->{name}" } grep { !$_->{buildonly} } @{ $info->{providers}{$word} || [] };
			$note->(depends_on(@providers ? join('||', @providers) : "PACKAGE_$word", $condition));
		}
	}
	return;
}

# The packages whose dependencies are being followed now.
our %following;

# Of several providers the default one is chosen, unless another is there already.
sub selected {
	my ($info, $self, $name, $condition, $inherited, $note, $visited) = @_;
	my @providers = grep { !$_->{buildonly} } @{ $info->{providers}{$name} || [] };
	@providers = ((grep { $_->{name} eq $name } @providers), (grep { $_->{name} ne $name } @providers));
	@providers = ((grep { $_->{default_variant} } @providers), (grep { !$_->{default_variant} } @providers)) if @providers > 1;
	my ($chosen, @others) = @providers;
	return if $chosen && $chosen->{name} eq $self;
	my $target = $chosen ? $chosen->{name} : $name;
	my $only = join ' && ', map { "PACKAGE_$_->{name}<PACKAGE_$self" } grep { $_->{name} ne $self } @others;
	my $full = join ' && ', map { "($_)" } grep { defined && length } $condition, $only;
	$note->(with_if("select PACKAGE_$target", $full)) unless $inherited;
	# Dependencies may go in a circle: a round of it that adds a condition would never look like one seen before.
	return if !$chosen || $following{ $chosen->{name} };
	local $following{ $chosen->{name} } = 1;
	collect($info, $self, $chosen->{depends}, length $full ? $full : undef, 1, $note, $visited);
	return;
}

sub with_if {
	my ($text, $condition) = @_;
	return defined $condition && length $condition ? "$text if $condition" : $text;
}

sub depends_on {
	my ($what, $condition) = @_;
	return 'depends on ' . (defined $condition && length $condition ? "!($condition) || ($what)" : $what);
}

1;
