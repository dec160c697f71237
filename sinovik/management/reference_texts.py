# ruff: noqa: E501
"""Names and texts that reach the database from reference files; here they reach the catalogue."""

from django.utils.translation import gettext_noop

REFERENCE_TEXTS = (
    gettext_noop("Pengentasan kemiskinan"),
    gettext_noop("Pendidikan"),
    gettext_noop("Kesehatan"),
    gettext_noop("Ketahanan pangan"),
    gettext_noop("Pertumbuhan ekonomi dan kesempatan kerja"),
    gettext_noop("Pemberdayaan masyarakat"),
    gettext_noop("Pelayanan publik responsif gender"),
    gettext_noop("Perlindungan dan pelestarian lingkungan hidup"),
    gettext_noop("Tata kelola pemerintahan"),
    gettext_noop("Penegakan hukum"),
    gettext_noop("Tanpa Kemiskinan"),
    gettext_noop("Tanpa Kelaparan"),
    gettext_noop("Kehidupan Sehat dan Sejahtera"),
    gettext_noop("Pendidikan Berkualitas"),
    gettext_noop("Kesetaraan Gender"),
    gettext_noop("Air Bersih dan Sanitasi Layak"),
    gettext_noop("Energi Bersih dan Terjangkau"),
    gettext_noop("Pekerjaan Layak dan Pertumbuhan Ekonomi"),
    gettext_noop("Industri, Inovasi dan Infrastruktur"),
    gettext_noop("Berkurangnya Kesenjangan"),
    gettext_noop("Kota dan Permukiman yang Berkelanjutan"),
    gettext_noop("Konsumsi dan Produksi yang Bertanggung Jawab"),
    gettext_noop("Penanganan Perubahan Iklim"),
    gettext_noop("Ekosistem Lautan"),
    gettext_noop("Ekosistem Daratan"),
    gettext_noop("Perdamaian, Keadilan dan Kelembagaan yang Tangguh"),
    gettext_noop("Kemitraan untuk Mencapai Tujuan"),
    gettext_noop("Sangat kurang"),
    gettext_noop("Kurang"),
    gettext_noop("Cukup"),
    gettext_noop("Baik"),
    gettext_noop("Sangat baik"),
    gettext_noop("Ringkasan"),
    gettext_noop("Apa inovasinya, masalah apa yang dijawab, dan apa hasilnya?"),
    gettext_noop(
        "Tulis paling banyak 200 kata. Bayangkan pembaca yang belum mengenal layanan Anda: sebut masalah, cara kerja inovasi, dan perubahan yang sudah terjadi dengan angka. Ringkasan tampil di halaman umum, tetapi tidak diberi nilai."
    ),
    gettext_noop("Latar belakang dan tujuan"),
    gettext_noop("Masalah apa yang mendorong inovasi, siapa yang terdampak, dan apa tujuannya?"),
    gettext_noop(
        "Terangkan masalah dengan angka dan sumbernya, kelompok warga yang terdampak, penyebab utama, lalu tujuan yang dapat diukur."
    ),
    gettext_noop("Masalah tidak diuraikan, atau tidak berkaitan dengan pelayanan publik."),
    gettext_noop("Masalah disebut secara umum tanpa data; tujuan tidak jelas."),
    gettext_noop("Masalah dan tujuan jelas, tetapi data terbatas atau penyebabnya belum digali."),
    gettext_noop("Masalah didukung data, penyebab dan kelompok terdampak jelas, tujuan terukur."),
    gettext_noop(
        "Masalah mendesak dengan data kuat dari beberapa sumber, penyebab dianalisis, tujuan terukur dan sejalan dengan prioritas daerah atau nasional."
    ),
    gettext_noop("Kebaruan atau nilai tambah"),
    gettext_noop("Apa yang baru dibandingkan cara lama atau inovasi sejenis?"),
    gettext_noop(
        "Jelaskan apakah inovasi ini gagasan orisinal, adaptasi, atau modifikasi. Bandingkan dengan cara lama dan dengan layanan sejenis di tempat lain, serta sebut nilai tambahnya."
    ),
    gettext_noop("Tidak ada unsur baru; kegiatan rutin yang diberi nama."),
    gettext_noop("Unsur baru kecil dan tidak dibandingkan dengan cara lama."),
    gettext_noop("Ada pembaruan yang nyata, tetapi mirip dengan praktik di tempat lain."),
    gettext_noop("Pembaruan jelas dengan pembanding; nilai tambah bagi warga nyata."),
    gettext_noop(
        "Terobosan yang belum lazim, pembandingnya lengkap, dan mengubah cara layanan diberikan."
    ),
    gettext_noop("Implementasi inovasi"),
    gettext_noop("Bagaimana inovasi dijalankan, langkah demi langkah, dan siapa yang terlibat?"),
    gettext_noop(
        "Uraikan tahapan dari persiapan sampai berjalan rutin, waktu setiap tahap, siapa yang terlibat, hambatan, dan cara mengatasinya."
    ),
    gettext_noop("Belum dijalankan atau tahapannya tidak diuraikan."),
    gettext_noop("Tahapan disebut tanpa waktu, pelaksana, atau bukti."),
    gettext_noop("Sudah berjalan; sebagian tahapan dan pelaku jelas."),
    gettext_noop("Berjalan rutin dengan tahapan, waktu, dan pembagian peran yang jelas."),
    gettext_noop("Berjalan rutin dan luas; hambatan dikenali, diatasi, dan menjadi perbaikan."),
    gettext_noop("Signifikansi"),
    gettext_noop("Apa dampak yang terukur sebelum dan sesudah inovasi?"),
    gettext_noop(
        "Bandingkan keadaan sebelum dan sesudah dengan angka, sebut cara mengukurnya, penerima manfaat, dan satu contoh perubahan yang dialami warga."
    ),
    gettext_noop("Dampak tidak diuraikan."),
    gettext_noop("Dampak berupa pernyataan umum tanpa angka sebelum dan sesudah."),
    gettext_noop("Ada angka sebelum dan sesudah, tetapi cara mengukur atau cakupannya terbatas."),
    gettext_noop(
        "Dampak terukur pada beberapa indikator, cara mengukur jelas, penerima manfaat luas."
    ),
    gettext_noop(
        "Dampak besar dan terukur dari waktu ke waktu, diperiksa pihak lain, dan menjangkau kelompok yang sebelumnya tertinggal."
    ),
    gettext_noop("Adaptabilitas"),
    gettext_noop("Apakah inovasi sudah atau dapat diterapkan di tempat lain?"),
    gettext_noop(
        "Sebut instansi atau unit yang sudah meniru, syarat agar dapat ditiru, dan dukungan yang Anda sediakan bagi peniru."
    ),
    gettext_noop("Tidak dapat diterapkan di tempat lain atau tidak diuraikan."),
    gettext_noop("Kemungkinan penerapan disebut tanpa syarat atau bukti."),
    gettext_noop("Dapat diterapkan; syaratnya diuraikan, tetapi belum ada yang meniru."),
    gettext_noop("Sudah ditiru unit lain atau jelas mudah ditiru dengan panduan yang tersedia."),
    gettext_noop(
        "Sudah ditiru instansi lain dengan hasil yang tercatat; panduan dan pendampingan tersedia."
    ),
    gettext_noop("Sumber daya"),
    gettext_noop("Orang, biaya, dan sarana apa yang dipakai, dan dari mana asalnya?"),
    gettext_noop(
        "Sebut sumber daya manusia, anggaran dan asalnya, sarana, serta dukungan mitra. Tunjukkan bahwa sumber daya itu dipakai secara hemat."
    ),
    gettext_noop("Sumber daya tidak diuraikan."),
    gettext_noop("Sumber daya disebut tanpa jumlah atau asal."),
    gettext_noop("Jumlah dan asal sumber daya cukup jelas."),
    gettext_noop("Sumber daya jelas, hemat, dan sebagian berasal dari mitra."),
    gettext_noop(
        "Sumber daya sangat hemat dibanding manfaatnya, asalnya terjamin, dan dikerahkan bersama banyak pihak."
    ),
    gettext_noop("Strategi keberlanjutan"),
    gettext_noop(
        "Bagaimana inovasi dijamin tetap berjalan dari sisi kelembagaan, sosial, dan manajerial?"
    ),
    gettext_noop(
        "Sebut dasar hukum, anggaran tahun berikutnya, kader penerus, keterlibatan warga, serta cara evaluasi dan perbaikan."
    ),
    gettext_noop("Tidak ada strategi keberlanjutan."),
    gettext_noop("Keberlanjutan bergantung pada satu orang atau satu tahun anggaran."),
    gettext_noop("Ada dasar tertulis atau anggaran, tetapi belum keduanya."),
    gettext_noop("Dasar hukum, anggaran, dan pelaksana tersedia; evaluasi dijadwalkan."),
    gettext_noop(
        "Terlembaga penuh: dasar hukum, anggaran, kader, peran warga, dan evaluasi yang sudah menghasilkan perbaikan."
    ),
    gettext_noop("Dampak sebelum dan sesudah"),
    gettext_noop("Seberapa nyata perubahan yang dibuktikan di hadapan panel?"),
    gettext_noop("Dampak tidak dapat dijelaskan."),
    gettext_noop("Dampak disampaikan tanpa bukti."),
    gettext_noop("Dampak didukung bukti yang terbatas."),
    gettext_noop("Dampak didukung bukti yang kuat pada indikator utama."),
    gettext_noop("Dampak besar, bukti kuat, dan diakui penerima manfaat."),
    gettext_noop("Urgensi"),
    gettext_noop("Seberapa mendesak masalah yang dijawab bagi warga?"),
    gettext_noop("Masalah tidak mendesak."),
    gettext_noop("Masalah terbatas pada kepentingan internal."),
    gettext_noop("Masalah penting bagi sebagian warga."),
    gettext_noop("Masalah mendesak bagi banyak warga."),
    gettext_noop(
        "Masalah mendesak bagi warga yang paling rentan dan sejalan dengan prioritas nasional."
    ),
    gettext_noop("Kebaruan"),
    gettext_noop("Apa yang membedakan inovasi ini dari praktik yang sudah lazim?"),
    gettext_noop("Tidak berbeda dari kegiatan rutin."),
    gettext_noop("Berbeda dalam nama atau kemasan saja."),
    gettext_noop("Berbeda pada sebagian proses."),
    gettext_noop("Berbeda pada inti proses layanan."),
    gettext_noop("Mengubah cara pandang terhadap layanan tersebut."),
    gettext_noop("Implementasi"),
    gettext_noop("Seberapa matang pelaksanaannya di lapangan?"),
    gettext_noop("Belum berjalan."),
    gettext_noop("Berjalan sebagai uji coba."),
    gettext_noop("Berjalan rutin di sebagian wilayah."),
    gettext_noop("Berjalan rutin di seluruh wilayah sasaran."),
    gettext_noop("Berjalan rutin, dievaluasi, dan terus diperbaiki."),
    gettext_noop("Transferabilitas"),
    gettext_noop("Seberapa mudah inovasi diterapkan instansi lain?"),
    gettext_noop("Tidak dapat dipindahkan."),
    gettext_noop("Hanya cocok di tempat asal."),
    gettext_noop("Dapat dipindahkan dengan penyesuaian besar."),
    gettext_noop("Mudah dipindahkan; panduan tersedia."),
    gettext_noop("Sudah dipindahkan dengan hasil yang tercatat."),
    gettext_noop("Presentasi dan wawancara"),
    gettext_noop("Seberapa meyakinkan penyaji menguasai dan memimpin inovasinya?"),
    gettext_noop("Tidak menguasai inovasi."),
    gettext_noop("Menguasai sebagian; jawaban berputar-putar."),
    gettext_noop("Menguasai inovasi; sebagian jawaban umum."),
    gettext_noop("Menguasai inovasi; jawaban jelas dan didukung data."),
    gettext_noop("Sangat meyakinkan; pimpinan berkomitmen dan jawaban didukung bukti."),
    gettext_noop("Umum"),
    gettext_noop("Replikasi"),
    gettext_noop("Usia inovasi mencukupi"),
    gettext_noop("Apakah inovasi sudah diterapkan cukup lama saat pendaftaran ditutup?"),
    gettext_noop("Formulir lengkap"),
    gettext_noop("Apakah setiap bagian terisi dan menjawab pertanyaannya?"),
    gettext_noop("Isian sungguh-sungguh"),
    gettext_noop("Apakah isian menjelaskan inovasi yang nyata?"),
    gettext_noop("Judul khas"),
    gettext_noop("Apakah inovasi ini hanya diajukan sekali pada edisi ini?"),
    gettext_noop("Belum pernah menjadi pemenang"),
    gettext_noop("Apakah inovasi ini belum pernah menerima penghargaan tertinggi?"),
    gettext_noop("Dalam kuota instansi"),
    gettext_noop("Apakah jumlah proposal instansi tidak melebihi kuota kelompok?"),
    gettext_noop("Dokumen pendukung ada"),
    gettext_noop("Apakah dokumen yang disyaratkan ada, terbaca, dan sesuai?"),
    gettext_noop("Kategori sesuai"),
    gettext_noop("Apakah isi inovasi sesuai dengan kategori yang dipilih?"),
)
