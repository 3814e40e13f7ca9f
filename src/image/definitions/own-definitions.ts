import type { PropertyDefinition, PropertyType } from './property-definition.js';

type Entry = readonly [name: string, title: string, help: string, more?: More];
type More = Partial<Pick<PropertyDefinition, 'values' | 'minimum' | 'maximum' | 'default'>> & {
  type?: PropertyType;
};

const YES_OR_NO: More = { values: ['yes', 'no'] };
const FLAG: More = { type: 'boolean' };
const DISK_BUSES = ['virtio', 'scsi', 'sata', 'ide', 'usb', 'fdc', 'xen'];
const COUNT: More = { type: 'integer', minimum: 1 };

/** The properties that Nova and Cinder read most, by group. */
const ENTRIES: Readonly<Record<string, readonly Entry[]>> = {
  'Operating system': [
    ['os_distro', 'Distribution', 'The name of the distribution in lower case, such as debian or windows.'],
    ['os_version', 'Version', 'The version of the distribution, such as 13.'],
    ['os_type', 'Kind of system', 'Decides how disks are formatted.', { values: ['linux', 'windows'] }],
    ['os_admin_user', 'Administrator', 'The user who gets the administrator password of a server.'],
    [
      'os_require_quiesce',
      'Quiesce for snapshots',
      'With yes, a snapshot is refused unless the guest can be quiesced.',
      YES_OR_NO,
    ],
    [
      'os_secure_boot',
      'Secure boot',
      'Starts only software that is signed. It needs the firmware uefi.',
      { values: ['required', 'optional', 'disabled'] },
    ],
    [
      'os_shutdown_timeout',
      'Time to shut down',
      'Seconds that a guest has to shut down before it is powered off.',
      { type: 'integer', minimum: 0 },
    ],
  ],
  Hypervisor: [
    [
      'architecture',
      'Processor architecture',
      'The architecture that the data is for.',
      { values: ['x86_64', 'aarch64', 'i686', 'ppc64le', 'riscv64', 's390x'] },
    ],
    [
      'hypervisor_type',
      'Hypervisor',
      'The kind of host that may run the image. KVM counts as qemu.',
      { values: ['qemu', 'vmware', 'ironic', 'hyperv', 'xen', 'lxc'] },
    ],
    [
      'vm_mode',
      'Way to run guests',
      'The interface between host and guest.',
      { values: ['hvm', 'xen', 'uml', 'exe'] },
    ],
    [
      'img_hide_hypervisor_id',
      'Hide the hypervisor',
      'Hides from the guest that it runs on a hypervisor. Some drivers ask for this.',
      FLAG,
    ],
    [
      'img_config_drive',
      'Configuration drive',
      'Whether each server gets a drive with its configuration.',
      { values: ['mandatory', 'optional'] },
    ],
  ],
  Processor: [
    ['hw_cpu_sockets', 'Sockets', 'The preferred number of sockets.', COUNT],
    ['hw_cpu_cores', 'Cores', 'The preferred number of cores in a socket.', COUNT],
    ['hw_cpu_threads', 'Threads', 'The preferred number of threads in a core.', COUNT],
    [
      'hw_cpu_policy',
      'Pinning',
      'With dedicated, each processor of the guest has one of the host for itself.',
      { values: ['shared', 'dedicated', 'mixed'] },
    ],
    [
      'hw_cpu_thread_policy',
      'Sibling threads',
      'How pinned processors use the threads of a core.',
      { values: ['prefer', 'isolate', 'require'] },
    ],
    [
      'hw_mem_page_size',
      'Memory pages',
      'The size of memory pages: small, large, any, or a size such as 2MB.',
    ],
    ['hw_mem_encryption', 'Encrypted memory', 'Runs guests in encrypted memory.', FLAG],
  ],
  Devices: [
    ['hw_machine_type', 'Machine', 'The machine that QEMU emulates, such as q35.'],
    ['hw_firmware_type', 'Firmware', 'The firmware that starts the guest.', { values: ['bios', 'uefi'] }],
    ['hw_disk_bus', 'Disk bus', 'The bus of disks.', { values: DISK_BUSES }],
    ['hw_cdrom_bus', 'CD-ROM bus', 'The bus of CD-ROM drives.', { values: DISK_BUSES }],
    ['hw_scsi_model', 'SCSI controller', 'The controller of disks on the bus scsi, such as virtio-scsi.'],
    [
      'hw_vif_model',
      'Network card',
      'The network card that the guest sees.',
      { values: ['virtio', 'e1000', 'e1000e', 'rtl8139', 'pcnet', 'ne2k_pci', 'vmxnet3'] },
    ],
    [
      'hw_vif_multiqueue_enabled',
      'Several network queues',
      'Gives each network card a queue for each processor.',
      FLAG,
    ],
    [
      'hw_video_model',
      'Graphics card',
      'The graphics card that the guest sees.',
      { values: ['virtio', 'qxl', 'vga', 'cirrus', 'bochs', 'gop', 'vmvga', 'none'] },
    ],
    [
      'hw_video_ram',
      'Graphics memory',
      'MiB of memory of the graphics card.',
      { type: 'integer', minimum: 0 },
    ],
    [
      'hw_rng_model',
      'Random numbers',
      'The device that gives the guest random numbers.',
      { values: ['virtio'] },
    ],
    ['hw_tpm_model', 'TPM device', 'The model of the emulated TPM.', { values: ['tpm-tis', 'tpm-crb'] }],
    ['hw_tpm_version', 'TPM version', 'The version of the emulated TPM.', { values: ['1.2', '2.0'] }],
    [
      'hw_watchdog_action',
      'Watchdog',
      'The action on a guest that hangs.',
      { values: ['disabled', 'none', 'pause', 'poweroff', 'reset'] },
    ],
    [
      'hw_qemu_guest_agent',
      'QEMU guest agent',
      'The guest runs the agent, which sets passwords and quiesces disks.',
      YES_OR_NO,
    ],
    ['hw_serial_port_count', 'Serial ports', 'The number of serial ports.', { type: 'integer', minimum: 0 }],
    ['hw_boot_menu', 'Boot menu', 'Shows a menu when a server starts.', FLAG],
  ],
  'Other services': [
    ['kernel_id', 'Kernel', 'The id of the image with the kernel, for images without one.'],
    ['ramdisk_id', 'RAM disk', 'The id of the image with the RAM disk.'],
    ['cinder_img_volume_type', 'Volume type', 'The type of volumes that are made from the image.'],
  ],
};

/** The gateway's own definitions. */
export const OWN_DEFINITIONS: readonly PropertyDefinition[] = Object.entries(ENTRIES).flatMap(
  ([group, entries]) =>
    entries.map(([name, title, help, more = {}]) => ({
      ...{ name, title, help, group },
      type: more.type ?? 'string',
      values: more.values ?? [],
      minimum: more.minimum ?? null,
      maximum: more.maximum ?? null,
      default: more.default ?? null,
    })),
);
