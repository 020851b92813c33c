# What waits for somebody, and reminders by mail
inbox = งานที่รออยู่
inbox-sub = สิ่งที่รอคุณจากทุกส่วนที่คุณทำงานด้วย
inbox-empty = ไม่มีงานที่รอคุณ
inbox-empty-hint = แบบประเมิน หลักสูตร แผน และสิ่งอื่นที่ขอจากคุณจะมาที่นี่
inbox-overdue = เกินกำหนด
inbox-week = ครบกำหนดภายในเจ็ดวัน
inbox-later = หลังจากนั้น หรือไม่มีกำหนด
inbox-about = เรื่อง
inbox-what = สิ่งที่ต้องทำ
inbox-due = กำหนด { $date }
inbox-open = เปิดงานที่รออยู่
waits-part-own = ประเมินตนเอง
waits-part-manager = ประเมินในฐานะผู้จัดการ
waits-part-peer = ความเห็นต่อเพื่อนร่วมงาน
waits-part-report = ความเห็นต่อผู้จัดการ
waits-nomination = มีการเสนอชื่อเพื่อนร่วมงาน รอการตัดสินใจ
waits-results = ผลที่ต้องอ่านและรับทราบ
waits-job-description = คำบรรยายลักษณะงานที่ต้องรับทราบ
waits-goal = เป้าหมายการพัฒนา
waits-course = หลักสูตร
waits-plan = แผนการขายที่รอการตัดสินใจ
waits-plan-returned = แผนการขายที่ส่งกลับมา
waits-feedback = ข้อเสนอแนะที่มีผู้ขอ
waits-action = สิ่งที่ตกลงว่าจะทำ
waits-interview = แบบให้คะแนนผู้สมัคร
inbox-mail = การเตือนทางอีเมล
inbox-mail-none = ที่นี่ยังไม่ได้ตั้งค่าอีเมล หน้านี้จึงเป็นการเตือนเพียงทางเดียว
inbox-mail-on = คุณจะได้รับอีเมลเมื่อมีงานใหม่ สามวันก่อนครบกำหนด ในวันครบกำหนด และทุกสัปดาห์เมื่อเกินกำหนด ไม่เกินวันทำการละหนึ่งฉบับ
inbox-mail-off = คุณไม่ได้รับการเตือนทางอีเมล
inbox-mail-today = ฉบับล่าสุดส่งวันนี้
inbox-mail-last = ฉบับล่าสุดส่งเมื่อ { $date }
inbox-mail-never = ยังไม่เคยส่ง
inbox-mail-stop = หยุดการเตือน
inbox-mail-start = รับการเตือน
inbox-mail-title = มีงานรอคุณ { $count } รายการ
inbox-mail-foot = Clinch ส่งอีเมลนี้ในวันทำการเมื่อมีงานรอคุณ ปิดได้ที่หน้างานที่รออยู่
inbox-remind = เตือนทุกคน
inbox-reminded =
    { $count ->
        [0] ไม่มีผู้อื่นที่ยังต้องเขียน
       *[other] กำลังเตือน { $count } คน
    }
inbox-reminded-hint = อีเมลจะออกภายในหนึ่งถึงสองนาที
inbox-reminded-today = วันนี้เตือนไปแล้ว
inbox-reminded-today-hint = วันละครั้งก็เพียงพอ เตือนครั้งต่อไปได้ในวันพรุ่งนี้
# Links by mail
send-link = ส่งลิงก์
link-mailed = กำลังส่งลิงก์ไปที่ { $email }
link-not-mailed = ส่งลิงก์ทางอีเมลไม่สำเร็จ
mail-invitation = ตั้งรหัสผ่านเพื่อเข้าสู่ระบบ ลิงก์ใช้ได้ครั้งเดียวภายใน { $days } วัน
mail-reset-title = รหัสผ่านใหม่สำหรับ { $company }
mail-reset = มีผู้ขอลิงก์สำหรับตั้งรหัสผ่านใหม่ของที่อยู่นี้ ลิงก์ใช้ได้ครั้งเดียวภายใน 30 นาที หากไม่ใช้ลิงก์ จะไม่มีอะไรเปลี่ยน
mail-link-foot = ผู้ที่มีลิงก์สามารถเข้าสู่ระบบแทนคุณได้ จึงไม่ควรส่งต่อ
