#!/usr/bin/env perl
# Assembles the root file system out of the ipks of every selected (=y) package.
#
# rootfs.pl --root DIR --pkginfo DIR --config .config --packageinfo FILE --files DIR --manifest FILE
#
# As an ordinary user the files belong to that user here; whoever packs the root
# writes them as 0:0.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use Getopt::Long qw(GetOptions);
use lib dirname(__FILE__) . '/lib';
use Dotconfig qw(read_dotconfig);
use Ipk qw(read_control control_fields unpack_ipk);
use Metadata qw(parse_packageinfo read_text write_text);

my %option;
GetOptions(\%option, map { "$_=s" } qw(root pkginfo config packageinfo files manifest)) or exit 2;
my $root = $option{root};
my $opkg = "$root/usr/lib/opkg";
my $date = $ENV{SOURCE_DATE_EPOCH} // 0;
$| = 1;
umask 022;

my $selected = selected_packages();
my %control = map { $_ => control_fields(read_control($selected->{$_}) // die "damaged: $selected->{$_}\n") } keys %$selected;
check_dependencies();
my @order = installation_order();

remove_tree($root);
make_path("$root/tmp", "$opkg/info");
my $status = '';
install($_) for @order;
write_text("$opkg/status", $status);
copy_overlay();
run_postinsts();
enable_services();
date_files();
write_text($option{manifest}, join '', map { "$_ - $control{$_}{Version}\n" } sort keys %control) if $option{manifest};

# {NAME => ipk} of what .config wants in the image. A package without files of
# its own (no Package/NAME/install) has no ipk, and is not missed.
sub selected_packages {
	my $config = read_dotconfig($option{config});
	my $packages = parse_packageinfo(read_text($option{packageinfo}) // '')->{packages};
	my %selected;
	for my $name (sort keys %$packages) {
		next unless ($config->{"PACKAGE_$name"} // 'n') eq 'y';
		my $ipk = read_text("$option{pkginfo}/$name.ipk") // next;
		chomp $ipk;
		die "$name was not built: $ipk is missing\n" unless -s $ipk;
		$selected{$name} = $ipk;
	}
	return \%selected;
}

# opkg refuses to install what cannot run, and so does this.
sub check_dependencies {
	my %provided = map { $_ => 1 } keys %control;
	for my $fields (values %control) {
		$provided{$_} = 1 for names($fields->{Provides});
	}
	my @unsatisfied;
	for my $name (sort keys %control) {
		my @missing = grep { !$provided{$_} && $_ ne 'libc' } names($control{$name}{Depends});
		push @unsatisfied, [$name, @missing] if @missing;
	}
	my @clashes = conflicts(\%provided);
	return unless @unsatisfied || @clashes;
	print STDERR "Collected errors:\n";
	for my $each (@unsatisfied) {
		my ($name, @missing) = @$each;
		print STDERR " * satisfy_dependencies_for: Cannot satisfy the following dependencies for $name:\n";
		print STDERR " * \t@missing\n";
		print STDERR " * opkg_install_cmd: Cannot install package $name.\n";
	}
	for my $clash (@clashes) {
		print STDERR " * check_conflicts_for: The following packages conflict with $clash->[0]:\n * \t$clash->[1] * \n";
		print STDERR " * opkg_install_cmd: Cannot install package $clash->[0].\n";
	}
	exit 255;
}

sub conflicts {
	my ($provided) = @_;
	my @clashes;
	for my $name (sort keys %control) {
		push @clashes, [$name, $_] for grep { $control{$_} && $_ ne $name } names($control{$name}{Conflicts});
	}
	return @clashes;
}

sub names {
	my ($list) = @_;
	return map { /^\s*([^\s(]+)/ ? $1 : () } split /,/, $list // '';
}

# Dependencies first, names in order where nothing else decides. A circle is
# entered at its first name.
sub installation_order {
	my %provider;
	for my $name (reverse sort keys %control) {
		$provider{$_} = $name for names($control{$name}{Provides});
	}
	$provider{$_} = $_ for keys %control;
	my (%state, @order);
	my $visit;
	$visit = sub {
		my ($name) = @_;
		return if $state{$name}++;
		$visit->($_) for sort grep { defined } map { $provider{$_} } names($control{$name}{Depends});
		push @order, $name;
	};
	$visit->($_) for sort keys %control;
	return @order;
}

# Two packages that bring the same file: the later one wins, and nobody is told,
# as on OpenWrt.
sub install {
	my ($name) = @_;
	print "Installing $name ($control{$name}{Version}) to root...\n";
	my $work = "$root.control";
	remove_tree($work);
	make_path($work);
	my @files = unpack_ipk($selected->{$name}, $root, $work);
	for my $file (sort map { m{([^/]+)\z} } glob("$work/*")) {
		rename "$work/$file", "$opkg/info/$name.$file" or die "$opkg/info/$name.$file: $!\n";
	}
	remove_tree($work);
	write_text("$opkg/info/$name.list", join '', map { "$_\n" } @files);
	print "Configuring $name.\n";

	my $text = "Package: $name\n";
	for my $field (qw(Version Depends Conflicts Provides)) {
		my $value = $control{$name}{$field};
		$text .= "$field: $value\n" if defined $value && length $value;
	}
	$text .= "Status: install user installed\nArchitecture: $control{$name}{Architecture}\n";
	if (my $conffiles = read_text("$opkg/info/$name.conffiles")) {
		$text .= "Conffiles:\n" . join '', map { " $_ " . sha256("$root$_") . "\n" } grep { -f "$root$_" } split /\n/, $conffiles;
	}
	$status .= "${text}Installed-Time: $date\n\n";
	return;
}

sub sha256 {
	require Digest::SHA;
	return Digest::SHA->new(256)->addfile($_[0], 'b')->hexdigest;
}

# files/ of the tree is the user's own: it goes over everything.
sub copy_overlay {
	return unless -d ($option{files} // '');
	system('cp', '-fpR', '--remove-destination', "$option{files}/.", "$root/") == 0 or die "cannot copy $option{files}\n";
	return;
}

sub run_postinsts {
	for my $script (sort glob "$opkg/info/*.postinst") {
		my $inside = $script =~ s{^\Q$root\E}{.}r;
		my $result = run_inside('bash', $inside, 'configure');
		next if $result == 0;
		print STDERR "postinst script $inside has failed with exit code $result\n";
		exit 1;
	}
	return;
}

# rc.common's own "enable" makes the links, with the numbers each service names.
sub enable_services {
	return unless -f "$root/etc/rc.common";
	make_path("$root/etc/rc.d");
	for my $script (sort glob "$root/etc/init.d/*") {
		my $first = (split /\n/, read_text($script) // '')[0] // '';
		next unless $first =~ m{^#!\s*/bin/sh /etc/rc\.common};
		my $name = $script =~ s{.*/}{}r;
		run_inside('bash', './etc/rc.common', "./etc/init.d/$name", 'enable');
		print "Enabling $name\n";
	}
	return;
}

# Standard input is closed to them: a script that asks must not hang a build.
sub run_inside {
	my (@command) = @_;
	my $pid = fork // die "fork: $!\n";
	if ($pid == 0) {
		chdir $root or exit 127;
		$ENV{IPKG_INSTROOT} = $root;
		open STDIN, '<', '/dev/null';
		exec { $command[0] } @command or exit 127;
	}
	waitpid $pid, 0;
	return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

# What scripts have written carries the time of the build: set it as the
# archives' own, links too.
sub date_files {
	system('sh', '-c', 'find "$1" -newermt "@$2" -print0 | xargs -0 -r touch -h -d "@$2"', 'sh', $root, $date) == 0
		or die "cannot date the files of $root\n";
	return;
}
