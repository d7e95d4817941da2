package BuildOrder;

# From the packages' DEPENDS to the order in which their directories are built.
use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(basename);

our @EXPORT_OK = qw(build_order condition_holds);

# Returns the text of tmp/.packagedeps and the warnings about dependencies that
# no package answers to.
sub build_order {
	my ($info, $config) = @_;
	my (@warnings, $text);
	my $aliases = short_names($info);
	$text = '';
	for my $name (sort { uc $a cmp uc $b or $a cmp $b } keys %{ $info->{sources} }) {
		my $source = $info->{sources}{$name};
		my $path = $source->{path};
		my @packages = grep { !$_->{buildonly} } @{ $source->{packages} };
		my %after;
		for my $package (@{ $source->{packages} }) {
			push @warnings, runtime($info, $config, $source, $package, \%after);
		}
		push @warnings, buildtime($info, $config, $source, \%after);
		delete $after{$path};

		my ($state) = sort { rank($b) <=> rank($a) } map { $config->{"PACKAGE_$_->{name}"} // 'n' } @packages;
		$text .= 'package-' . (rank($state // 'n') ? $state : '') . " += $path\n";
		$text .= "package/$path/after := " . join(' ', sort keys %after) . "\n" if %after;
		my @variants = wanted_variants($config, @packages);
		$text .= "package/$path/variants := @variants\n" if @variants;
		$text .= "package/$path/feed := $1\n" if $path =~ m{^feeds/([^/]+)/};
		$text .= "package/$path/aliases := $aliases->{$path}\n" if $aliases->{$path};
	}
	return ($text, @warnings);
}

sub rank { return { y => 2, m => 1 }->{ $_[0] } // 0 }

sub runtime {
	my ($info, $config, $source, $package, $after) = @_;
	my @warnings;
	for my $word (@{ $package->{depends} }) {
		next if $word =~ /@/;
		my ($condition, $name) = $word =~ /^\+?(?:(.+):)?(.+)\z/ or next;
		my $providers = $info->{providers}{$name};
		if (!$providers) {
			# The C library is a dependency of every package by itself; a tree
			# without one is no reason to complain about each of them.
			push @warnings, "Makefile '$source->{makefile}' has a dependency on '$name', which does not exist" if $name ne 'libc';
			next;
		}
		next if defined $condition && !condition_holds($condition, $config);
		my @others = grep { $_->{src} != $source } @$providers;
		for my $provider (@others) {
			next if @others > 1 && !rank($config->{"PACKAGE_$provider->{name}"} // 'n');
			$after->{ $provider->{src}{path} } = 1;
		}
	}
	return @warnings;
}

sub buildtime {
	my ($info, $config, $source, $after) = @_;
	my @warnings;
	for my $word (@{ $source->{builddepends} }) {
		my ($condition, $name) = $word =~ /^\+?(?:(.+):)?(.+)\z/ or next;
		next if $name =~ m{/};
		my $other = $info->{sources}{$name};
		if (!$other) {
			push @warnings, "Makefile '$source->{makefile}' has a build dependency on '$name', which does not exist";
			next;
		}
		next if defined $condition && !condition_holds($condition, $config);
		$after->{ $other->{path} } = 1;
	}
	return @warnings;
}

sub wanted_variants {
	my ($config, @packages) = @_;
	my @named = grep { $_->{variant} } @packages or return;
	my %wanted = map { $_->{variant} => 1 } grep { rank($config->{"PACKAGE_$_->{name}"} // 'n') } @named;
	if (!%wanted) {
		my ($default) = ((grep { $_->{default_variant} } @named), $named[0]);
		$wanted{ $default->{variant} } = 1;
	}
	return sort keys %wanted;
}

# package/foo for package/libs/foo, where exactly one directory is called so and
# nothing lies there; the names of binary packages likewise.
sub short_names {
	my ($info) = @_;
	my (%claims, %aliases);
	my %real = map { $_->{path} => 1 } values %{ $info->{sources} };
	for my $source (values %{ $info->{sources} }) {
		$claims{ basename($source->{path}) }{ $source->{path} } = 2;
		$claims{ $_->{name} }{ $source->{path} } ||= 1 for @{ $source->{packages} };
	}
	for my $name (sort keys %claims) {
		next if $real{$name};
		my ($best) = sort { $b <=> $a } values %{ $claims{$name} };
		my @paths = grep { $claims{$name}{$_} == $best } keys %{ $claims{$name} };
		next if @paths != 1;
		$aliases{ $paths[0] } = join ' ', grep { defined } $aliases{ $paths[0] }, $name;
	}
	return \%aliases;
}

# A condition of a DEPENDS word: symbols joined by && and ||, each perhaps with "!".
sub condition_holds {
	my ($condition, $config) = @_;
	$condition =~ s/[()\s]//g;
	for my $alternative (split /\|\|/, $condition) {
		my $holds = 1;
		for my $term (split /&&/, $alternative) {
			my $negated = $term =~ s/^!//;
			my $set = ($config->{$term} // 'n') ne 'n' ? 1 : 0;
			$holds = 0 if $set == $negated;
		}
		return 1 if $holds;
	}
	return 0;
}

1;
